import CronSchedule
import Daemon
import JobFiles
import Ledger
import SchedulerCore

/// A row of the history, as a program reads it.
protocol HistoryRow {
    /// One JSON object on one line.
    var jsonLine: String { get }
}

/// Reads runs and slots from the ledger, newest first.
struct History {
    let book: JobBook
    /// Nothing before this moment; nil for all.
    let since: Instant?
    /// Rows, at most.
    let limit: Int

    /// - Throws: category notFound for a job that has neither a file nor a history.
    func require(_ job: String) throws(DaemonError) {
        if book.files.files.contains(where: { $0.job == job }) { return }
        let names = try book.records.read { ledger throws(LedgerError) in try ledger.lastRuns().keys.sorted() } ?? []
        guard names.contains(job) else { throw book.unknown(job, others: names) }
    }

    /// - Parameters:
    ///   - job: nil for all.
    ///   - states: nil for all.
    func runs(of job: String?, in states: Set<RunState>?) throws(DaemonError) -> [Run] {
        var runs: [Run] = []
        var last: RunID?
        while runs.count < limit {
            let before = last
            let page = since == nil ? limit - runs.count : Self.page
            let found = try book.records.read { ledger throws(LedgerError) in
                try ledger.runs(job: job, limit: page, before: before, states: states)
            }
            guard let found, !found.isEmpty else { break }
            last = found.last?.id
            let wanted = found.filter { run in since.map { run.claimedAt >= $0 } ?? true }
            // The newest claim comes first. A clock that was set back may let a few old ones stand in front, but not a page of them.
            guard !wanted.isEmpty else { break }
            runs += wanted
        }
        return Array(runs.prefix(limit))
    }

    /// - Parameter job: nil for all jobs that are known.
    func occurrences(of job: String?) throws(DaemonError) -> [Occurrence] {
        let names = if let job { [job] } else { try knownJobs() }
        var found: [Occurrence] = []
        for name in names {
            found +=
                try book.records.read { ledger throws(LedgerError) in
                    try ledger.occurrences(
                        job: name, since: since ?? Instant(milliseconds: .min), until: Instant(milliseconds: .max), limit: limit)
                } ?? []
        }
        return Array(found.sorted { ($0.moment, $1.job) > ($1.moment, $0.job) }.prefix(limit))
    }

    /// Rows that are looked at together when the end is a moment.
    private static let page = 500

    private func knownJobs() throws(DaemonError) -> [String] {
        let known = try book.records.read { ledger throws(LedgerError) in
            try ledger.cursors().map(\.job) + Array(ledger.lastRuns().keys)
        }
        return Set((known ?? []) + book.files.files.compactMap(\.job)).sorted()
    }
}

extension Occurrence {
    /// Where it stands in a list by time.
    var moment: Instant { slot.instant ?? decidedAt }
}
