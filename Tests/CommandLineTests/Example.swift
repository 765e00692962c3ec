import CronSchedule
import JobKit
import Ledger
import SchedulerCore

/// An installation with a past, all of whose moments are fixed.
enum Example {
    static let nightly = RunID(rawValue: "01JZ000000000000000000000A")
    static let retried = RunID(rawValue: "01JZ000000000000000000000B")
    static let odd = RunID(rawValue: "01JZ000000000000000000000C")

    static func make() throws -> Bench {
        let bench = try Bench()
        for (job, text) in files { try bench.write(job, text) }
        try bench.record(past)
        for run in past.runs { try bench.write(run: run.id, events: events, errors: errors) }
        return bench
    }

    private static let files = [
        (
            "nightly",
            """
            description: Copies what matters
            uses: command
            schedule: "30 2 * * *"
            timezone: Europe/Berlin
            retry: {attempts: 3}
            environment: {API_TOKEN: do-not-show, PLACE: here}
            secrets: {DISCORD: secret:discord}
            with:
              shell: |
                echo one
                echo two
              exit_codes: {ok: [0], warning: [3]}
            """
        ),
        ("hourly", "uses: command\nschedule: [\"0 * * * *\", \"@reboot\"]\ntimezone: UTC\nwith: {argv: [\"true\"]}\n"),
        ("resting", "uses: command\nschedule: \"0 12 * * *\"\ntimezone: UTC\nwith: {argv: [\"true\"]}\n"),
        ("retired", "uses: command\nenabled: false\nschedule: \"0 5 * * *\"\ntimezone: UTC\nwith: {argv: [\"true\"]}\n"),
        ("follower", "uses: command\nafter: nightly\nwith: {argv: [\"true\"]}\n"),
        ("wrong", "uses: command\nshedule: \"0 5 * * *\"\nwith: {argv: [\"true\"]}\n"),
    ]

    /// Two lines of a plugin between lines of the launcher's; the last one tries to steer a terminal.
    private static let events = """
        {"at":1806170400000,"raw":"one"}
        {"t":"log","level":"warning","message":"a plugin's word","fields":{"path":"/srv"}}
        {"t":"progress","done":1,"total":2,"unit":"files"}
        {"at":1806170402000,"raw":"red \\u001b[31m and \u{9b}2J"}
        {"at":1806170403000,"note":"cut here"}

        """

    private static let errors = """
        2027-03-27T18:00:01.000Z cannot open it
        2027-03-27T18:00:02.500Z \u{1b}]0;title\u{7} given up

        """

    private static var past: LedgerChanges {
        let runs = [nightly, retried, odd].compactMap { $0 }.enumerated().map { index, id in run(id, number: index) }
        return LedgerChanges(runs: runs, occurrences: slots, cursors: [cursor("resting", paused: true), cursor("nightly", paused: false)])
    }

    private static func run(_ id: RunID, number: Int) -> Run {
        let claimed = Instant.evening(plus: Int64(number) * 3600)
        let slot: Slot? = number == 1 ? nil : .instant(claimed)
        var run = Run(
            id: id, job: number == 2 ? "gone" : "nightly", kind: "command", trigger: number == 1 ? .manual : .schedule, slot: slot,
            claimedAt: claimed, dueAt: claimed)
        run.startedAt = claimed
        run.endedAt = Instant(milliseconds: claimed.milliseconds + 2_100)
        run.state = number == 1 ? .failed : .succeeded
        run.attempt = number == 1 ? 3 : 1
        run.ending = RunEnding(
            summary: number == 1 ? "備份失敗了，因為磁碟已滿，請清理磁碟然後再試一次" : "exit status 0",
            fix: number == 1 ? "make room" : nil, numbers: ["files": 12])
        run.ending?.exitCode = number
        return run
    }

    private static var slots: [Occurrence] {
        func slot(_ hours: Int64, _ account: Occurrence.Account, _ detail: String) -> Occurrence {
            let moment = Instant.evening(plus: hours * 3600)
            return Occurrence(
                job: "nightly", slot: .instant(moment), era: 0, account: account, detail: detail,
                decidedAt: moment, latenessMilliseconds: hours == 3 ? 61_000 : 0)
        }
        var missed = slot(3, .missed(.down), "no daemon ran")
        missed.spanFirst = .evening(plus: 3600)
        missed.count = 3
        var rows = [missed, slot(4, .skipped(.overlap), "a run goes on")]
        if let nightly { rows.append(slot(0, .ran(run: nightly), "")) }
        return rows
    }

    private static func cursor(_ job: String, paused: Bool) -> JobCursor {
        var cursor = JobCursor(job: job, now: .evening, era: 0, jitter: .zero, jitterSpan: .zero)
        if paused { cursor.pausedUntil = JobCursor.forever }
        return cursor
    }
}
