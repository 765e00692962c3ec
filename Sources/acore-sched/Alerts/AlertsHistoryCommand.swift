import ArgumentParser
import CronSchedule
import SchedulerCore

/// `alerts history`: what happened to alerts.
struct AlertsHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print what happened to alerts, newest first.",
        discussion: """
            WHAT is fired, told, resolved, acknowledged, silenced, unsilenced, refused (a
            channel took no notice) or expired (it could not be told for three days).

            EXAMPLES:
              acore-sched alerts history --job health
              acore-sched alerts history --json --limit 1000

            EXIT CODES: 0 printed, 1 failed, 2 usage, 5 refused
            """)

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Only alerts of this job.", completion: .jobNames)
    var job: String?
    @Option(name: .long, help: "How many rows, 1 to 10000.")
    var limit = 20
    @Flag(name: .long, help: "Print one JSON object a row.")
    var json = false

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000") }
    }

    func run() async throws {
        try await reportingErrors {
            let ledger = try AlertLedger(global)
            let rows = try ledger.history(job: job, limit: limit)
            if json { return rows.forEach { Console.print(JSONText.line(AlertRecordJSON($0))) } }
            guard !rows.isEmpty else { return Console.print("nothing has happened yet") }
            var table = Table([
                .moment("TIME", turn: 3), .init("WHAT"), .init("LEVEL", turn: 1), .init("KEY", shrinks: true, turn: 4),
                .init("ALERT", narrowest: 14, turn: 2), .init("DETAIL", shrinks: true),
            ])
            for row in rows {
                table.add([
                    .init(ledger.text(row.at)), .init(row.kind.rawValue, .strong), .init(row.level.rawValue, row.level.style),
                    .init(row.key?.text ?? "-"), .init(row.alert?.rawValue ?? "-"), .init(row.detail),
                ])
            }
            Console.print(table.shown)
        }
    }
}

/// A row of the history of alerts in JSON.
struct AlertRecordJSON: Encodable {
    let number: Int64
    let at: String
    let what: String
    let level: String
    let key: String?
    let alert: String?
    let detail: String

    init(_ record: AlertRecord) {
        number = record.number ?? 0
        at = record.at.description
        what = record.kind.rawValue
        level = record.level.rawValue
        key = record.key?.text
        alert = record.alert?.rawValue
        detail = record.detail
    }
}
