import ControlClient
import Foundation
import JobKit

/// Which words of the command line the daemon answers for somebody else, and how it asks its own program.
struct ReadingVerbs: Sendable {
    /// Verbs that only read the daemon's own files.
    static let all: Set<String> = ["list", "show", "next", "history", "logs", "explain", "plan", "plugins", "alerts", "health"]
    /// Of verbs that have others below them, those that only read.
    private static let below: [String: Set<String>] = ["plugins": ["list", "show"], "alerts": ["list", "show", "history"]]
    /// Options that would lead somewhere else.
    private static let foreign = ["--config", "--jobs-dir", "--state-dir", "--socket", "--plugins-dir"]
    /// Words of one request, at most.
    private static let wordBound = 100

    let locations: Locations

    /// The process that answers.
    func process(for request: ReadRequest) throws(ControlFailure) -> ReadingProcess {
        guard let verb = request.arguments.first, Self.all.contains(verb),
            Self.below[verb]?.contains(request.arguments.dropFirst().first ?? "") ?? true
        else {
            throw ControlFailure(
                "the daemon does not answer this verb for others: \(request.arguments.first ?? "")",
                fix: "it answers \(Self.all.sorted().joined(separator: ", "))", category: .usage)
        }
        try check(request.arguments)
        guard !Self.isVerbOfAKind(request.arguments) else {
            throw ControlFailure(
                "\(verb) with a verb is one of the kind \(verb), which is asked for by itself",
                fix: "send it to /v1/verbs, see docs/control.md", category: .usage)
        }
        return try ReadingProcess(
            ["acore-sched"] + request.arguments, environment: environment(width: request.width, colour: request.colour))
    }

    /// The process that answers a verb of a kind. It gets TERM when the caller goes away: it has secrets to remove.
    func process(for call: KindRequest) throws(ControlFailure) -> ReadingProcess {
        let verb = call.verb.map { [$0] } ?? []
        try check(verb + call.arguments)
        // The verb decides who may ask, so it is the one that is named, and no other word becomes one.
        guard call.verb.map({ JobKind(rawValue: $0) != nil }) ?? call.arguments.allSatisfy({ $0 == "--help" || $0 == "-h" }) else {
            throw ControlFailure(
                "the request names no verb of \(call.kind) where it has to", fix: "give it in verb; see docs/control.md", category: .usage)
        }
        let options = ["--local"] + (call.job.map { ["--job=\($0)"] } ?? []) + (call.dryRun ? ["--dry-run"] : [])
        // The verb right behind the kind: `health` with an option behind it is a command of its own.
        return try ReadingProcess(
            ["acore-sched", call.kind] + verb + options + call.arguments, environment: environment(width: call.width, colour: call.colour))
    }

    /// Whether words that begin as a verb of ours are one of the kind of that name: it runs with the daemon's secrets, and needs another role.
    private static func isVerbOfAKind(_ words: [String]) -> Bool {
        guard words.first == "health" else { return false }
        let rest = words.dropFirst()
        return rest.first.map { !$0.hasPrefix("-") } ?? false || rest.contains { $0 == "--explain" || $0.hasPrefix("--explain=") }
    }

    private func check(_ words: [String]) throws(ControlFailure) {
        guard words.count <= Self.wordBound else {
            throw ControlFailure("\(words.count) words are too many", fix: "use at most \(Self.wordBound)", category: .usage)
        }
        let options = words.prefix { $0 != "--" }
        if let option = options.first(where: { word in Self.foreign.contains { word == $0 || word.hasPrefix($0 + "=") } }) {
            throw ControlFailure(
                "\(option) is not taken over the control socket", fix: "leave it out: the daemon has its own folders", category: .usage)
        }
    }

    /// The daemon's own, with its folders said and the caller's terminal in place of none.
    private func environment(width: Int?, colour: Bool) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ACORE_SCHED_") && $0.key != "NOTIFY_SOCKET" }
        environment["ACORE_SCHED_CONFIG"] = locations.configFile
        environment["ACORE_SCHED_JOBS_DIR"] = locations.jobsDirectory
        environment["ACORE_SCHED_STATE_DIR"] = locations.stateDirectory
        environment["ACORE_SCHED_PLUGINS_DIR"] = locations.pluginsDirectory
        environment["ACORE_SCHED_ANSWERS"] = "1"
        environment["ACORE_SCHED_WIDTH"] = width.map(String.init)
        environment["CLICOLOR_FORCE"] = colour ? "1" : nil
        environment["TERM"] = "dumb"
        return environment
    }
}
