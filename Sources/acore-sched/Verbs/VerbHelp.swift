import JobKit

/// What `acore-sched KIND --help` prints: the kind's verbs.
struct VerbHelp {
    let kind: KindDescription

    var text: String {
        let width = kind.verbs.map(\.name.count).max() ?? 0
        let lines = kind.verbs.map { verb in
            let gap = String(repeating: " ", count: width - verb.name.count)
            return "  \(verb.name)\(gap)  \(EventText.harmless(verb.summary))\(verb.mode == .acting ? " (a run, with its row)" : "")"
        }
        return """
            OVERVIEW: \(EventText.harmless(kind.summary))

            USAGE: acore-sched \(kind.kind) <verb> [--job <job>] [--dry-run] [--local] [<argument> ...]

            The settings are those of the job that --job names; without it, of the only job that uses \(kind.kind), or of
            one of those that share one thing. Arguments that begin with ./
            or ../ are made absolute. Where a daemon runs it carries the verb out, as its user; --local does so with your rights.

            VERBS:
            \(lines.isEmpty ? "  none" : lines.joined(separator: "\n"))

            EXIT CODES: 0 succeeded, 1 failed, 2 usage or invalid file, 3 warning, 4 no such job,
            5 refused, 7 another run goes on, or a daemon has the state folder, 8 cancelled or timed out
            """
    }
}
