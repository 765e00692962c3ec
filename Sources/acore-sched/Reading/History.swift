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
        var rows = Array(found.sorted { ($0.moment, $1.job) > ($1.moment, $0.job) }.prefix(limit))
        for index in rows.indices { try measure(&rows[index]) }
        return rows
    }

    /// Why a job has no slots, when it is silent.
    func silence(of job: String) throws(DaemonError) -> String? {
        guard !book.records.isMissing, book.files.files.contains(where: { $0.job == job }) else { return nil }
        let entry = try book.entry(named: job)
        let state: String
        switch entry.state(at: book.now) {
        case .disabled: state = "disabled"
        case .paused: state = "paused"
        case .enabled, .error: return nil
        }
        let zone = try book.zone(of: job)
        let since = entry.cursor.flatMap { $0.silentReason == nil ? nil : " since \(LocalTime.text($0.accountedTo, in: zone))" } ?? ""
        return "no slot of \(job) has its row yet: it is \(state)\(since), and the slots of that time get one row when that ends"
    }

    /// The lateness of a slot that ran is that of its start: the row was written at the claim, and the run may have waited since.
    private func measure(_ row: inout Occurrence) throws(DaemonError) {
        guard let id = row.account.run else { return }
        let run = try book.records.read { ledger throws(LedgerError) in try ledger.run(id) } ?? nil
        guard let run, let startedAt = run.startedAt else { return }
        row.latenessMilliseconds = max(0, startedAt.milliseconds - run.dueAt.milliseconds)
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

extension Occurrence.Account {
    /// The run that serves the slot.
    fileprivate var run: RunID? {
        switch self {
        case .ran(let run), .caughtUp(let run): run
        case .waiting, .skipped, .missed: nil
        }
    }
}

extension Occurrence {
    /// Where it stands in a list by time.
    var moment: Instant { slot.instant ?? decidedAt }
}
