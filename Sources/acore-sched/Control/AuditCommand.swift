import ArgumentParser
import ControlClient

/// `audit`: who asked the daemon for what.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Print who asked the daemon for what, and what came of it.",
        discussion: """
            Newest first; calls that were denied have a row, too. A row without a result
            was being carried out when the daemon ended.

            EXAMPLES:
              acore-sched audit
              acore-sched audit --json | jq -r 'select(.result == "denied").user'

            EXIT CODES: 0 printed, 2 usage, 5 refused, 6 no daemon
            """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "How many rows, 1 to 1000.")
    var limit = 20
    @Flag(name: .long, help: "Print one JSON object a row.")
    var json = false

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run() async throws {
        try await reportingErrors {
            let rows: [AuditMessage] = try await DaemonLine(global).client.ask("GET", "/v1/audit?limit=\(limit)")
            if json { return rows.forEach { Console.print(JSONText.line($0)) } }
            guard !rows.isEmpty else { return Console.print("nobody has asked for anything yet") }
            var table = Table([
                .moment("TIME", turn: 4), .init("WHO"), .init("ROLE", turn: 1), .init("VERB"), .init("OBJECT", shrinks: true),
                .init("RESULT", shrinks: true, turn: 3), .init("DETAIL", shrinks: true, turn: 2),
            ])
            for row in rows {
                table.add([
                    .init(row.at), .init(row.user ?? "uid \(row.uid)"), .init(row.role ?? "none"), .init(row.verb, .strong),
                    .init(row.object ?? "-"), .init(row.result ?? "-", row.result == "done" ? .good : .bad), .init(row.detail),
                ])
            }
            Console.print(table.shown)
        }
    }
}
