import ControlClient
import CronSchedule
import Daemon
import SchedulerCore

extension Run: HistoryRow {
    var jsonLine: String { JSONText.line(RunJSON(self)) }
}

/// Runs as people read them.
struct RunTable {
    let book: JobBook
    /// Whether the rows are of several jobs.
    let hasJob: Bool

    func text(_ runs: [Run]) throws(DaemonError) -> String {
        let job = hasJob ? [Table.Column("JOB", shrinks: true)] : []
        var table = Table(
            [.run()] + job + [
                .init("STATE"), .init("TRIGGER", turn: 3), .moment("SLOT", turn: 2), .moment("START", turn: 5), .init("TOOK", turn: 4),
                .init("TRIES", turn: 1), .init("SUMMARY", shrinks: true, turn: 6),
            ])
        for run in runs { table.add(try row(run)) }
        return table.shown
    }

    private func row(_ run: Run) throws(DaemonError) -> [Table.Cell] {
        let zone = try book.zone(of: run.job)
        let slot = run.slot.map { $0.instant.map { LocalTime.text($0, in: zone) } ?? "boot" }
        let start = run.startedAt.map { LocalTime.text($0, in: zone) } ?? "-"
        let summary = (run.dryRun ? "(dry run) " : "") + (run.ending?.summary ?? "")
        let job = hasJob ? [Table.Cell(run.job, .strong)] : []
        return [.init(run.id.rawValue)] + job + [
            run.stateCell, .init(run.trigger.rawValue), .init(slot ?? "-"), .init(start), .init(run.time(at: book.now)),
            .init(String(run.attempt)), .init(summary),
        ]
    }
}
