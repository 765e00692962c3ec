import Daemon
import JobFiles
import Ledger
import SchedulerCore

/// Finds the run that a word on the command line means.
struct RunLookup {
    let book: JobBook

    /// - Parameter word: a job's name, which means its last run, or the beginning of a run's id.
    /// - Throws: category notFound when there is no such run, usage when several begin so.
    func run(_ word: String) throws(DaemonError) -> Run {
        if let run = try last(of: word) { return run }
        let found = try book.records.read { ledger throws(LedgerError) in try ledger.runs(withPrefix: word.uppercased()) } ?? []
        if found.count == 1 || found.first?.id.rawValue == word.uppercased() { return found[0] }
        guard found.isEmpty else {
            throw DaemonError(
                "several runs begin with \(EventText.harmless(word))", fix: "write more of the id; acore-sched history shows it",
                category: .usage)
        }
        throw try missing(word)
    }

    private func last(of job: String) throws(DaemonError) -> Run? {
        try book.records.read { ledger throws(LedgerError) in try ledger.runs(job: job, limit: 1).first } ?? nil
    }

    private func missing(_ word: String) throws(DaemonError) -> DaemonError {
        if book.files.files.contains(where: { $0.job == word }) {
            return DaemonError("\(word) has not run yet", fix: "acore-sched run-now \(word) runs it at once", category: .notFound)
        }
        // What looks like an id is not compared with the names of jobs.
        guard word.first?.isNumber != true else {
            return DaemonError(
                "there is no run \(EventText.harmless(word)) in \(book.site.locations.stateDirectory)",
                fix: "see acore-sched history, or name another state directory with --state-dir", category: .notFound)
        }
        return book.unknown(word)
    }
}
