import ArgumentParser
import Daemon
import JobFiles
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
            if let broken = catalog.brokenKinds[kind] { throw DaemonError(broken.problem, fix: broken.fix) }
            guard let found = catalog[kind] else { throw unknown(among: catalog.kinds.map(\.kind)) }
            if json { return Console.print(try KindJSON(found, plugin: catalog.plugin(of: kind)).line) }
            let colour = Console.usesColour
            Console.print("\(TextStyle.strong.paint(found.kind, colour: colour)): \(EventText.harmless(found.summary))")
            if let plugin = catalog.plugin(of: kind) { Console.print("from \(plugin)") }
            for setting in found.settings { show(setting, below: "", colour: colour) }
            for verb in found.verbs { show(verb, colour: colour) }
            for words in found.unknown { Console.complain("warning: \(words); that is left aside") }
        }
    }

    private func show(_ verb: VerbDescription, colour: Bool) {
        let name = TextStyle.strong.paint("\(kind) \(verb.name)", colour: colour)
        Console.print(
            "\nacore-sched \(name)  \(verb.mode == .acting ? "a run, with its row" : "reads")\n    \(EventText.harmless(verb.summary))")
    }

    private func show(_ setting: SettingDeclaration, below prefix: String, colour: Bool) {
        let name = prefix + EventText.harmless(setting.name)
        let standard = setting.standard.map { "default \(SettingText.inline($0))" }
        let need = setting.required ? "required" : standard
        let facts = [SettingText.words(setting.type), need].compactMap { $0 }.joined(separator: "; ")
        Console.print(
            "\n\(TextStyle.strong.paint(name, colour: colour))  \(EventText.harmless(facts))\n    \(EventText.harmless(setting.help))")
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
