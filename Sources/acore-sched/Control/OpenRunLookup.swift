import ControlClient

/// Finds the run that a word means among those that have not ended.
struct OpenRunLookup {
    let client: ControlClient

    /// - Parameter word: the beginning of a run's id, or a job's name.
    /// - Throws: category notFound when there is none, usage when several are meant.
    func run(_ word: String) async throws(ControlFailure) -> String {
        // A whole id is asked for as it is: the daemon says how a run ended that is over.
        if word.count == 26, word.uppercased() == word { return word }
        let status: StatusMessage = try await client.ask("GET", "/v1/status")
        let found = status.runs.filter { $0.job == word || $0.run.hasPrefix(word.uppercased()) }
        guard let run = found.first else {
            throw ControlFailure(
                "no run of \(EventText.harmless(word)) goes on or waits", fix: "see acore-sched status", category: .notFound)
        }
        guard found.count == 1 else {
            throw ControlFailure(
                "\(EventText.harmless(word)) means several runs: \(found.map(\.run).joined(separator: ", "))", fix: "name one by its id",
                category: .usage)
        }
        return run.run
    }
}
