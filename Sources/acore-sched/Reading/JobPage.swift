import CronSchedule
import Daemon
import JobFiles
import JobKit
import Ledger
import SchedulerCore

/// All there is to say about one job, gathered.
struct JobPage {
    /// Slots to come, and runs gone by, that are shown.
    private static let shownSlots = 3
    private static let shownRuns = 5

    let entry: JobEntry
    let job: ScheduledJob
    let kind: KindDescription?
    let next: [UpcomingSlot]
    let runs: [Run]
    /// The moment of the look, or the one that was asked about.
    let moment: Instant
    let now: Instant
    /// Each schedule with its meaning.
    let schedules: [(text: String, meaning: String)]
    /// Whether a running daemon still goes by another timetable.
    let isStale: Bool

    /// - Throws: category notFound for an unknown job, usage with all findings for a file with errors.
    init(book: JobBook, job name: String, from: Instant?) throws(DaemonError) {
        let entry = try book.readable(name)
        guard let job = entry.job else { throw book.unknown(name) }
        self.entry = entry
        self.job = job
        now = book.now
        moment = from ?? book.now
        kind = book.site.catalog[job.definition.kind]
        var slots = try UpcomingSlots(job, cursor: entry.cursor, now: book.now, from: from)
        next = try slots.next(Self.shownSlots)
        runs = try book.records.read { ledger throws(LedgerError) in try ledger.runs(job: name, limit: Self.shownRuns) } ?? []
        let start = moment
        schedules = job.timetable.schedules.map { schedule in
            (schedule.text, schedule.explanation(in: job.timetable.zone, from: start, dstGap: job.timetable.dstGap))
        }
        isStale = book.daemon != nil && entry.cursor.map { $0.timetable != job.timetable.fingerprint } ?? true
    }
}
