import CronSchedule
import Ledger
import SchedulerCore

/// Makes claims of many jobs in turn, each with its slot, as a daemon of years would have.
struct LedgerFilling {
    static let jobs = 1000
    /// Seconds between two slots of a job.
    static let period: Int64 = 3600
    static let start = Instant(milliseconds: 1_700_000_000_000)

    let rows: Int
    private var number = 0

    init(rows: Int) { self.rows = rows }

    static func name(ofJob number: Int) -> String { "job-with-a-name-\(number)" }

    /// The moment that the last claim belongs to.
    var now: Instant { Instant(milliseconds: Self.start.milliseconds + Int64(number / Self.jobs) * Self.period * 1000) }

    mutating func fill(_ ledger: Ledger) throws {
        let cursors = (0..<Self.jobs).map {
            JobCursor(job: Self.name(ofJob: $0), now: Self.start, era: 0, jitter: .zero, jitterSpan: .zero)
        }
        try ledger.commit(LedgerChanges(cursors: cursors))
        while number < rows { try ledger.commit(claims(min(10_000, rows - number), state: number % 7 == 0 ? .failed : .succeeded)) }
    }

    /// The next claims; ended ones as a worker would have left them.
    mutating func claims(_ count: Int, state: RunState) -> LedgerChanges {
        var changes = LedgerChanges()
        for _ in 0..<count {
            let at = now
            var run = Run(
                id: RunID(milliseconds: at.milliseconds), job: Self.name(ofJob: number % Self.jobs), kind: "command",
                trigger: .schedule, slot: .instant(at), claimedAt: at, dueAt: at)
            if state.isEnded { end(&run, as: state) }
            changes.runs.append(run)
            changes.occurrences.append(
                Occurrence(
                    job: run.job, slot: .instant(at), era: 0, account: .ran(run: run.id), detail: "on time", decidedAt: at,
                    latenessMilliseconds: 3))
            number += 1
        }
        return changes
    }

    private func end(_ run: inout Run, as state: RunState) {
        run.state = state
        run.startedAt = run.dueAt
        run.endedAt = Instant(milliseconds: run.dueAt.milliseconds + 1500)
        var ending = RunEnding(summary: "exit status 0", numbers: ["bytes": 123_456])
        ending.exitCode = 0
        ending.usage = ResourceUsage(cpuMicroseconds: 1200, peakMemoryBytes: 16 << 20)
        run.ending = ending
    }
}
