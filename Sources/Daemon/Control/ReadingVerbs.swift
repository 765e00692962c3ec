import ControlClient
import Foundation

/// Which words of the command line the daemon answers for somebody else, and how it asks its own program.
struct ReadingVerbs: Sendable {
    /// Verbs that only read the daemon's own files.
    static let all: Set<String> = ["list", "show", "next", "history", "logs", "explain", "plan", "plugins"]
    /// Options that would lead somewhere else.
    private static let foreign = ["--config", "--jobs-dir", "--state-dir", "--socket", "--plugins-dir", "--output"]
    /// Words of one request, at most.
    private static let wordBound = 100

    let locations: Locations

    /// The process that answers.
    func process(for request: ReadRequest) throws(ControlFailure) -> ReadingProcess {
        guard let verb = request.arguments.first, Self.all.contains(verb), request.arguments.count <= Self.wordBound,
            verb != "plugins" || ["list", "show"].contains(request.arguments.dropFirst().first ?? "")
        else {
            throw ControlFailure(
                "the daemon does not answer this verb for others: \(request.arguments.first ?? "")",
                fix: "it answers \(Self.all.sorted().joined(separator: ", "))", category: .usage)
        }
        let options = request.arguments.prefix { $0 != "--" }
        if let option = options.first(where: { word in Self.foreign.contains { word == $0 || word.hasPrefix($0 + "=") } }) {
            throw ControlFailure(
                "\(option) is not taken over the control socket", fix: "leave it out: the daemon has its own folders", category: .usage)
        }
        return try ReadingProcess(["acore-sched"] + request.arguments, environment: environment(for: request))
    }

    /// The daemon's own, with its folders said and the caller's terminal in place of none.
    private func environment(for request: ReadRequest) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ACORE_SCHED_") && $0.key != "NOTIFY_SOCKET" }
        environment["ACORE_SCHED_CONFIG"] = locations.configFile
        environment["ACORE_SCHED_JOBS_DIR"] = locations.jobsDirectory
        environment["ACORE_SCHED_STATE_DIR"] = locations.stateDirectory
        environment["ACORE_SCHED_WIDTH"] = request.width.map(String.init)
        environment["CLICOLOR_FORCE"] = request.colour ? "1" : nil
        environment["TERM"] = "dumb"
        return environment
    }
}
