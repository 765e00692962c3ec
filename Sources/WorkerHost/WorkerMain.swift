public import JobKit

/// The main program of a worker: answers `describe`, `check`, `run` and `verb` for its kinds.
///
/// A plugin built elsewhere calls ``run(kinds:arguments:)`` with its one kind and is started as `PLUGIN describe`;
/// a worker with several kinds is started as `WORKER KIND describe`, and as `WORKER describe` for all of them at once.
public enum WorkerMain {
    /// - Parameter arguments: without the program's own name.
    /// - Returns: the exit status: 0 done (a failed run has said so in its result), 2 for a call that cannot be understood.
    public static func run(kinds: [any PluginKind.Type], arguments: [String]) async -> Int32 {
        let output = LineOutput.takingOverStandardOutput()
        var words = arguments[...]
        if words.first == "describe" {
            return kinds.allSatisfy { answer(to: "describe", of: $0, output: output) } ? 0 : 1
        }
        var chosen = kinds.count == 1 ? kinds.first : nil
        if kinds.count > 1, let name = words.popFirst() {
            chosen = kinds.first { $0.kind.rawValue == name }
        }
        guard let kind = chosen, let verb = words.first, words.count == (verb == "verb" ? 2 : 1) else {
            let names = kinds.map { $0.kind.rawValue }.joined(separator: ", ")
            return misuse("usage: [KIND] describe|check|run, or [KIND] verb VERB; the kinds are \(names)")
        }
        switch verb {
        case "describe", "check": return answer(to: verb, of: kind, output: output) ? 0 : 1
        case "run":
            guard let job = kind as? any Job.Type else {
                return misuse("\(kind.kind) names a program, which the daemon starts itself: there is nothing to run here")
            }
            return await RunAnswer.give(for: job, output: output)
        case "verb":
            let name = words.last ?? ""
            guard let job = kind as? any VerbJob.Type, let verb = job.verbs.first(where: { $0.name == name }) else {
                return misuse("\(kind.kind) has no verb \(name)")
            }
            return await VerbAnswer.give(verb, of: job, output: output)
        default: return misuse("\(verb) is not one of describe, check, run, verb")
        }
    }

    private static func answer(to verb: String, of kind: any PluginKind.Type, output: LineOutput) -> Bool {
        if verb == "check" { return CheckAnswer.give(for: kind, output: output) }
        return output.write(encodable: KindDescription(of: kind))
    }

    private static func misuse(_ text: String) -> Int32 {
        StandardError.write(text)
        return 2
    }
}
