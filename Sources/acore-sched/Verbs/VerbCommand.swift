import ArgumentParser
import ControlClient
import Daemon
import FoundationEssentials
import JobFiles
import JobKit
import Logging
import SchedulerCore
import Synchronization

/// `KIND VERB …`: what a kind can do beyond running.
struct VerbCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acore-sched", abstract: "A verb of a kind.", shouldDisplay: false, helpNames: [])

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "The job whose settings hold.", completion: .jobNames)
    var job: String?
    @Flag(name: .long, help: "Plan and report, change nothing.")
    var dryRun = false
    @Flag(name: .long, help: "With this user's rights, not through the daemon.")
    var local = false
    @Flag(name: [.customShort("h"), .customLong("help")])
    var help = false
    @Argument(parsing: .allUnrecognized)
    var words: [String] = []

    /// Whether a command line may be one of a kind's verbs: its first word is none of ours.
    static func isMeant(_ words: [String], by root: CommandConfiguration) -> Bool {
        guard let first = words.first, JobKind(rawValue: first) != nil else { return false }
        // Alone it is a verb of ours; with a word behind it, one of the kind of that name.
        if first == HealthCommand.configuration.commandName { return words.dropFirst().first.map { !$0.hasPrefix("-") } ?? false }
        return first != "help" && !root.subcommands.contains { $0.configuration.commandName == first }
    }

    func run() async throws {
        try await reportingErrors {
            let line = DaemonLine(global)
            if !local, try line.isOpen() { return try await ask(line.client) }
            let site = try Site(locations: global.locations)
            let kind = try kind(on: site)
            if help, words.count < 3 { return Console.print(VerbHelp(kind: kind).text) }
            let verb = try verb(of: kind)
            let target = try VerbTarget(site: site, kind: kind.kind, job: job)
            try await carryOut(VerbRequest(verb: verb, arguments: arguments.words), of: target, on: site)
        }
    }

    private var arguments: VerbArguments {
        VerbArguments(Array(words.dropFirst(2)) + (help ? ["--help"] : []), in: FileManager.default.currentDirectoryPath)
    }

    /// Through the daemon, as its user: a verb that looks is answered as it comes, one that acts is a run to watch.
    private func ask(_ client: ControlClient) async throws {
        let call = KindRequest(
            kind: words.first ?? "", verb: words.count > 1 ? words[1] : nil, arguments: arguments.words, job: job, dryRun: dryRun,
            width: Console.isTerminal ? Console.width : nil, colour: Console.usesColour)
        let status = Mutex<Int32>(0)
        let ended = try await RemoteRun.watching(isQuiet: isQuiet) {
            let claimed = Mutex<RunJSON?>(nil)
            let exit = try await client.call(call) { frame in
                switch frame {
                case .output(let text): CronOutput().write(text)
                case .bytes(let bytes): CronOutput().send(bytes)
                case .error(let text): CronOutput().complain(text)
                case .run(let run): claimed.withLock { $0 = run }
                case .exit: break
                }
            }
            status.withLock { $0 = exit }
            return claimed.withLock { $0 }.map { RemoteRun($0, client: client) }
        }
        guard let ended else { throw ExitStatus(rawValue: status.withLock { $0 }) ?? .failed }
        try report(ended)
    }

    private var isQuiet: Bool { words.contains("--json") }

    private func report(_ ended: Run) throws {
        Console.print(isQuiet ? RunReport(ended).json : RunReport(ended).line)
        throw ExitStatus(ended.state)
    }

    private func kind(on site: Site) throws(DaemonError) -> KindDescription {
        let name = words.first ?? ""
        if let kind = site.catalog[name] { return kind }
        if let broken = site.catalog.brokenKinds[name] { throw DaemonError(broken.problem, fix: broken.fix) }
        let verbs = AcoreSched.configuration.subcommands.compactMap { $0.configuration.commandName }
        let near = Suggestion.nearest(to: name, among: (verbs + site.catalog.kinds.map(\.kind)).sorted())
        throw DaemonError(
            "there is no verb and no kind named \(EventText.harmless(name))",
            fix: near.map { "did you mean \($0)?" } ?? "see acore-sched --help, and acore-sched plugins list for kinds", category: .usage)
    }

    private func verb(of kind: KindDescription) throws(DaemonError) -> VerbDescription {
        guard !kind.verbs.isEmpty else {
            throw DaemonError("\(kind.kind) has no verbs", fix: "see acore-sched plugins show \(kind.kind)", category: .usage)
        }
        let names = kind.verbs.map(\.name)
        guard words.count > 1 else {
            throw DaemonError("\(kind.kind) needs a verb", fix: "the verbs are \(names.joined(separator: ", "))", category: .usage)
        }
        if let verb = kind.verb(words[1]) { return verb }
        let near = Suggestion.nearest(to: words[1], among: names)
        throw DaemonError(
            "\(kind.kind) has no verb \(EventText.harmless(words[1]))",
            fix: near.map { "did you mean \($0)?" } ?? "the verbs are \(names.joined(separator: ", "))", category: .usage)
    }

    /// With the caller's rights.
    private func carryOut(_ call: VerbRequest, of target: VerbTarget, on site: Site) async throws {
        let log = Logger(label: call.verb.name) { _ in ConsoleLogHandler() }
        switch call.verb.mode {
        case .reading:
            let reading = try ReadingVerb(site: site, log: log)
            throw try await reading.carryOut(call, of: target.definition) { program in try await ReadingProcess(program).run() }
        case .acting:
            guard !DaemonAnswer.isWanted else {
                throw DaemonError(
                    "\(words[0]) \(call.verb.name) changes something and is a run of its own: it is not carried out by an answer",
                    fix: "give the verb in the request's verb, see docs/control.md", category: .refused)
            }
            try await act(call, of: target, by: try DirectRun(site: site, log: log, version: Release.version))
        }
    }

    private func act(_ call: VerbRequest, of target: VerbTarget, by direct: DirectRun) async throws {
        let request = StopRequest { run in Task { try await direct.stop(run) } }
        let interrupt = Interrupt {
            request.ask()
        } leave: {
            request.leave()
        }
        let started = try direct.start(target.definition, beside: target.others, dryRun: dryRun, call: call)
        request.begin(with: started.run)
        var printer = RunPrinter(isQuiet: isQuiet)
        try await printer.follow(started.follower, of: started.run)
        let ended = try await direct.finish(started, definition: target.definition)
        interrupt.end()
        try report(ended)
    }
}
