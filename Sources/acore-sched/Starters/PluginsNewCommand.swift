import ArgumentParser
import Daemon
import JobKit

/// `plugins new NAME`: writes a plugin to begin with.
struct PluginsNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a working plugin to begin with, in a language of your choice.",
        discussion: """
            sh and python are one file in the folder of plugins, which works at once. swift
            is a package of its own, to be built. Nothing is overwritten.

            EXAMPLES:
              acore-sched plugins new thumbnails --language sh
              acore-sched plugins new thumbnails --language swift --output ~/src

            EXIT CODES: 0 written, 1 failed, 2 usage, 5 refused, 7 it is there already
            """)

    /// What a plugin to begin with is written in.
    enum Language: String, ExpressibleByArgument, CaseIterable {
        case sh, python, swift
    }

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The word after uses: in job files; also the name of the program.")
    var name: String
    @Option(name: .long, help: "sh, python or swift.")
    var language: Language
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where to write it; default: the folder of plugins, and the working folder for swift.", valueName: "dir"),
        completion: .directory)
    var output: String?

    func run() async throws {
        try await reportingErrors {
            let site = try Site(locations: global.locations)
            try refuse(name, besides: site.catalog)
            let plugins = site.locations.pluginsDirectory
            let folder = output ?? (language == .swift ? "." : plugins)
            let starter = Starter(name: name, language: language)
            try starter.write(in: folder)
            Console.print(starter.nextSteps(folder: folder, plugins: plugins))
        }
    }

    private func refuse(_ name: String, besides catalog: KindCatalog) throws(DaemonError) {
        guard JobKind(rawValue: name) != nil else {
            throw DaemonError(
                "\(EventText.harmless(name)) is no name for a kind",
                fix: "use lower-case letters, digits and -, beginning with a letter, at most 40", category: .usage)
        }
        if catalog[name] != nil {
            throw DaemonError(
                "there is a kind named \(name) already, \(catalog.plugin(of: name) ?? "built in")", fix: "choose another name",
                category: .busy)
        }
        if !VerbCommand.isMeant([name], by: AcoreSched.configuration) {
            throw DaemonError(
                "\(name) is a verb of acore-sched", fix: "choose another name, so that verbs of the kind can be called", category: .usage)
        }
    }
}
