import ArgumentParser
import Daemon
import FoundationEssentials
import JobKit

/// `plugins list`: the words that `uses:` knows.
struct PluginsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the kinds of jobs with what each does.",
        discussion: """
            EXAMPLES:
              acore-sched plugins list
              acore-sched plugins list --json | jq -r .kind
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Print what each says of itself, one JSON object a kind.")
    var json = false

    func run() async throws {
        let kinds = try await reportingErrors { try Site(locations: global.locations).catalog.kinds }
        if json { return try kinds.forEach { Console.print(try $0.line) } }
        var table = Table([.init("KIND"), .init("SUMMARY", shrinks: true)])
        for kind in kinds { table.add([.init(kind.kind, .strong), .init(kind.summary)]) }
        Console.print(table.shown)
    }
}

extension KindDescription {
    /// The answer to `describe`, on one line.
    var line: String {
        get throws { String(decoding: try WireCoding.encoder().encode(self), as: UTF8.self) }
    }
}
