import ArgumentParser
import Daemon
import JobKit

/// `plugins show KIND`: every setting of a kind.
struct PluginsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show every setting that a kind of job takes below with:.",
        discussion: """
            EXAMPLES:
              acore-sched plugins show backup
              acore-sched plugins show command --json

            EXIT CODES: 0 printed, 1 failed, 2 usage, 4 no such kind
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The word after uses: in a job file.")
    var kind: String
    @Flag(name: .long, help: "Print what it says of itself as one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let catalog = try Site(locations: global.locations).catalog
            guard let found = catalog[kind] else { throw unknown(among: catalog.kinds.map(\.kind)) }
            if json { return Console.print(try found.line) }
            let colour = Console.usesColour
            Console.print("\(TextStyle.strong.paint(found.kind, colour: colour)): \(found.summary)")
            for setting in found.settings { show(setting, below: "", colour: colour) }
        }
    }

    private func show(_ setting: SettingDeclaration, below prefix: String, colour: Bool) {
        let name = prefix + setting.name
        let standard = setting.standard.map { "default \(SettingText.inline($0))" }
        let need = setting.required ? "required" : standard
        let facts = [SettingText.words(setting.type), need].compactMap { $0 }.joined(separator: "; ")
        Console.print("\n\(TextStyle.strong.paint(name, colour: colour))  \(facts)\n    \(setting.help)")
        guard case .section(let inner) = setting.type else { return }
        for setting in inner { show(setting, below: name + ".", colour: colour) }
    }

    private func unknown(among kinds: [String]) -> DaemonError {
        let near = Suggestion.nearest(to: kind, among: kinds)
        return DaemonError(
            "there is no kind named \(EventText.harmless(kind))",
            fix: near.map { "did you mean \($0)?" } ?? "the kinds are \(kinds.joined(separator: ", "))", category: .notFound)
    }
}
