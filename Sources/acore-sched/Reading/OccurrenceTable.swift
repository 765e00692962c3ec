import ControlClient
import CronSchedule
import Daemon
import JobKit
import SchedulerCore

/// What became of slots, as people read it.
struct OccurrenceTable {
    let book: JobBook
    /// Whether the rows are of several jobs.
    let hasJob: Bool

    func text(_ occurrences: [Occurrence]) throws(DaemonError) -> String {
        let job = hasJob ? [Table.Column("JOB", shrinks: true)] : []
        var table = Table(
            [.moment("SLOT")] + job + [
                .init("COUNT", turn: 3), .init("ACCOUNT"), .init("REASON", turn: 5), .init("LATE", turn: 2), .run(turn: 1),
                .init("DETAIL", shrinks: true, turn: 4),
            ])
        for occurrence in occurrences { table.add(try row(occurrence)) }
        return table.shown
    }

    private func row(_ occurrence: Occurrence) throws(DaemonError) -> [Table.Cell] {
        let zone = try book.zone(of: occurrence.job)
        let words = occurrence.account.words
        let late = Duration.milliseconds(occurrence.latenessMilliseconds)
        let job = hasJob ? [Table.Cell(occurrence.job, .strong)] : []
        return [.init(slotText(occurrence, zone: zone))] + job + [
            .init(String(occurrence.count)), .init(words.account, occurrence.account.style), .init(words.reason ?? "-"),
            .init(occurrence.latenessMilliseconds > 0 ? late.words : "-"), .init(words.run ?? "-"), .init(occurrence.detail),
        ]
    }

    /// A span is one row: its first and its last slot.
    private func slotText(_ occurrence: Occurrence, zone: any TimeZoneRules) -> String {
        guard let slot = occurrence.slot.instant else { return "boot" }
        let last = LocalTime.text(slot, in: zone)
        return occurrence.spanFirst.map { "\(LocalTime.text($0, in: zone)) to \(last)" } ?? last
    }
}

/// The keys of `history --slots --json`.
struct OccurrenceJSON: Encodable {
    let job: String
    /// Of a span the last one.
    let slot: String
    /// The first slot of a span.
    let first: String?
    let count: Int
    let account: String
    let reason: String?
    let run: String?
    let detail: String
    let decidedAt: String
    let latenessMs: Int64
    let era: Int
}

extension Occurrence: HistoryRow {
    var jsonLine: String { JSONText.line(json) }

    var json: OccurrenceJSON {
        let words = account.words
        return OccurrenceJSON(
            job: job, slot: slot.text, first: spanFirst?.description, count: count, account: words.account, reason: words.reason,
            run: words.run, detail: detail, decidedAt: decidedAt.description, latenessMs: latenessMilliseconds, era: era)
    }
}

extension Occurrence.Account {
    /// As the ledger calls it.
    var words: (account: String, reason: String?, run: String?) {
        switch self {
        case .waiting: ("waiting", nil, nil)
        case .ran(let run): ("ran", nil, run.rawValue)
        case .caughtUp(let run): ("caught_up", nil, run.rawValue)
        case .skipped(let reason): ("skipped", reason.rawValue, nil)
        case .missed(let reason): ("missed", reason.rawValue, nil)
        }
    }

    fileprivate var style: TextStyle {
        switch self {
        case .ran: .good
        case .waiting: .plain
        case .caughtUp, .skipped: .caution
        case .missed: .bad
        }
    }
}
