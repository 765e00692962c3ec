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
            A plugin that cannot be used is named on standard error, with what is wrong.

            EXAMPLES:
              acore-sched plugins list
              acore-sched plugins list --json | jq -r .kind

            EXIT CODES: 0 printed, 1 failed, 2 usage, 3 printed, and a plugin cannot be used
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Print what each says of itself, one JSON object a kind.")
    var json = false

    func run() async throws {
        let catalog = try await reportingErrors { try Site(locations: global.locations).catalog }
        if json {
            for kind in catalog.kinds { Console.print(try KindJSON(kind, plugin: catalog.plugin(of: kind.kind)).line) }
            for finding in catalog.findings { Console.print(JSONText.line(PluginFindingJSON(finding))) }
        } else {
            Console.print(table(of: catalog).shown)
            for finding in catalog.findings {
                Console.complain("\(finding.severity.rawValue): \(finding.path): \(finding.problem)\n  fix: \(finding.fix)")
            }
        }
        if catalog.findings.contains(where: { $0.severity == .error }) { throw ExitStatus.warning }
    }

    private func table(of catalog: KindCatalog) -> Table {
        var table = Table([.init("KIND"), .init("FROM", shrinks: true), .init("SUMMARY", shrinks: true)])
        for kind in catalog.kinds {
            table.add([.init(kind.kind, .strong), .init(catalog.plugin(of: kind.kind) ?? "built in"), .init(kind.summary)])
        }
        return table
    }
}
