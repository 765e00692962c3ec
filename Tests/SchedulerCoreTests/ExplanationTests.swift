import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

/// Why it ran, or did not: an answer for every case, and never a guess.
@Suite struct ExplanationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var schedules = ["30 2 * * *"]
        var zone = "UTC"
        var at: String
        var now = "2027-01-20T12:00:00Z"
        var sentence: String
        /// The slot that the moment belongs to; "-" for none.
        var slot: String?
        /// What one of the facts says.
        var fact: String?
        var given: @Sendable (inout Past) throws -> Void = { _ in }

        var testDescription: String { name }
    }

    @Test(
        "one sentence, then facts",
        arguments: rowsOfRuns + rowsOfSkips + rowsOfAbsence + rowsOfWaiting + rowsToCome + rowsOfTheClock + rowsOfOtherSlots + rowsOfNothing
    )
    func explains(_ row: Row) throws {
        var past = try Past(row)
        try row.given(&past)
        let explanation = try Explanation(past.facts)
        #expect(explanation.sentence == row.sentence)
        if let slot = row.slot {
            #expect((explanation.slot?.instant?.description ?? "-") == slot)
        }
        if let fact = row.fact {
            #expect(explanation.facts.contains { $0.text.contains(fact) }, "\(explanation.facts.map { "\($0.source): \($0.text)" })")
        }
    }

    /// Nobody knows how long a run goes on: it says nothing of a moment to come.
    @Test(arguments: ["2027-01-20T12:00:00Z": true, "2027-01-20T12:05:00Z": false, "9999-12-31T23:59:59Z": false])
    func aRunThatGoesOnIsUnderWayUpToNow(_ moment: String, _ isUnderWay: Bool) throws {
        for schedules in [[], ["30 2 * * *"]] {
            var past = try Past(Row(name: "", schedules: schedules, at: moment, sentence: ""))
            try past.run(1, at: "2027-01-20T02:30:00Z", state: .running, trigger: .manual, account: { _ in nil })
            let explanation = try Explanation(past.facts)
            #expect(explanation.facts.contains { $0.text.hasPrefix("under way then") } == isUnderWay)
            #expect(explanation.sentence.hasPrefix("it is running") == (isUnderWay && schedules.isEmpty), "\(explanation.sentence)")
        }
    }

    // MARK: What ran

    static let rowsOfRuns = [
        Row(
            name: "ran", at: "2027-01-15T02:30:00Z",
            sentence: "it ran: run \(Past.id(1)) 2 ms late, succeeded after 3.2 s: done", slot: "2027-01-15T02:30:00Z",
            fact: "slot 2027-01-15T02:30:00+00:00: ran, run \(Past.id(1))"
        ) { try $0.run(1, at: "2027-01-15T02:30:00Z") },
        Row(
            name: "ran and failed", at: "2027-01-15T02:30:00Z",
            sentence: "it ran: run \(Past.id(1)) 2 ms late, failed in attempt 2 after 3.2 s: exit status 3",
            fact: "attempt 1: failed: exit status 7"
        ) {
            try $0.run(1, at: "2027-01-15T02:30:00Z", state: .failed, summary: "exit status 3", attempt: 2)
            var attempt = RunAttempt(run: Past.id(1), number: 1, startedAt: .at("2027-01-15T02:30:00Z"))
            attempt.state = .failed
            attempt.ending = RunEnding(summary: "exit status 7")
            $0.facts.past.attempts = [attempt]
        },
        Row(
            name: "its run is pruned", at: "2027-01-15T02:30:00Z", sentence: "it ran: run \(Past.id(1)), whose own row is not kept any more"
        ) {
            try $0.run(1, at: "2027-01-15T02:30:00Z")
            $0.facts.past.runs = []
        },
        Row(
            name: "runs", at: "2027-01-20T02:30:00Z",
            sentence: "it is running: run \(Past.id(1)) 2 ms late, running since 2027-01-20T02:30:00+00:00 (attempt 1)"
        ) { try $0.run(1, at: "2027-01-20T02:30:00Z", state: .running) },
        Row(
            name: "caught up", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run in time, and was caught up: run \(Past.id(1)) 3 h late, succeeded after 3.2 s: done"
        ) { try $0.run(1, at: "2027-01-15T02:30:00Z", late: 10_800_000, account: { .caughtUp(run: $0) }) },
        Row(
            name: "claimed and never started", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: it was claimed as run \(Past.id(1)), which never started: not started: older than catch_up.deadline"
        ) {
            try $0.run(1, at: "2027-01-15T02:30:00Z", state: .cancelled, summary: "not started: older than catch_up.deadline")
            $0.facts.past.runs[0].startedAt = nil
        },
    ]

    // MARK: What was skipped

    static let rowsOfSkips = [
        Row(
            name: "overlap", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: skipped (overlap): run \(Past.id(7)) has not ended",
            fact: "under way then (by its schedule): run \(Past.id(7))"
        ) {
            try $0.run(7, at: "2027-01-14T02:30:00Z", account: { _ in nil })
            $0.facts.past.runs[0].endedAt = .at("2027-01-15T04:00:00Z")
            $0.row("2027-01-15T02:30:00Z", .skipped(.overlap), "run \(Past.id(7)) has not ended")
        },
        Row(
            name: "paused", at: "2027-01-15T02:30:00Z", sentence: "it did not run: skipped (paused): the job was paused",
            fact: "4 slots from 2027-01-14T02:30:00+00:00 to 2027-01-17T02:30:00+00:00: skipped (paused)"
        ) { $0.row("2027-01-17T02:30:00Z", .skipped(.paused), "the job was paused", from: "2027-01-14T02:30:00Z", count: 4) },
        Row(name: "disabled", at: "2027-01-15T02:30:00Z", sentence: "it did not run: skipped (disabled): the job was disabled") {
            $0.row("2027-01-15T02:30:00Z", .skipped(.disabled), "the job was disabled")
        },
        Row(name: "condition", at: "2027-01-15T02:30:00Z", sentence: "it did not run: skipped (condition): health did not succeed in time")
        {
            $0.row("2027-01-15T02:30:00Z", .skipped(.condition), "health did not succeed in time")
        },
        Row(
            name: "who paused it", at: "2027-01-15T02:30:00Z", sentence: "it did not run: skipped (paused): the job was paused",
            fact: "ann asked for pause a"
        ) {
            $0.facts.past.events.append(PastEvent(.asked, at: .at("2027-01-13T02:30:00Z"), job: "a", detail: "ann asked for pause a"))
            $0.row("2027-01-15T02:30:00Z", .skipped(.paused), "the job was paused")
        },
        Row(
            name: "a pause that goes on has no row yet", at: "2027-01-15T02:30:00Z",
            sentence:
                "it did not run: skipped (paused): the job is paused until it is resumed; one row for all such slots is written when that ends",
            fact: "slots are accounted for up to 2027-01-14T02:30:00+00:00"
        ) {
            $0.facts.cursor?.accountedTo = .at("2027-01-14T02:30:00Z")
            $0.facts.cursor?.silentReason = .paused
            $0.facts.cursor?.pausedUntil = JobCursor.forever
        },
        Row(
            name: "disabled and no row yet", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: skipped (disabled): the job is disabled; one row for all such slots is written when that ends"
        ) {
            $0.facts.cursor?.accountedTo = .at("2027-01-14T02:30:00Z")
            $0.facts.cursor?.silentReason = .disabled
        },
    ]

    // MARK: What was missed

    static let rowsOfAbsence = [
        Row(
            name: "no daemon, which said that it stops", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: missed (down): no daemon ran from 2027-01-14T20:00:00+00:00 to 2027-01-15T08:00:00+00:00",
            fact: "the daemon stopped"
        ) {
            $0.events([("2027-01-14T20:00:00Z", .stopped), ("2027-01-15T08:00:00Z", .started)])
            $0.row("2027-01-15T02:30:00Z", .missed(.down), "the daemon did not run, or was suspended", decided: "2027-01-15T08:00:00Z")
        },
        Row(
            name: "a daemon that died is known by its last sign", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: missed (down): no daemon ran from 2027-01-15T01:00:00+00:00 "
                + "(its last sign; it did not say that it stops) to 2027-01-15T08:00:00+00:00"
        ) {
            $0.events([("2027-01-15T08:00:00Z", .started)])
            $0.facts.past.lastSign = .at("2027-01-15T01:00:00Z")
            $0.row("2027-01-15T02:30:00Z", .missed(.down), "", decided: "2027-01-15T08:00:01Z")
        },
        Row(
            name: "asleep", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: missed (down): a daemon was there but did not look before 2027-01-15T08:00:00+00:00: "
                + "the machine slept, or the daemon was held up"
        ) { $0.row("2027-01-15T02:30:00Z", .missed(.down), "", decided: "2027-01-15T08:00:00Z") },
        Row(
            name: "nothing is known of the daemon", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: missed (down): the daemon did not run, or was suspended"
        ) {
            $0.facts.past.events = []
            $0.row("2027-01-15T02:30:00Z", .missed(.down), "", decided: "2027-01-15T08:00:00Z")
        },
        Row(
            name: "deadline", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: missed (deadline): older than catch_up.deadline (1d now) when it could have run; "
                + "no daemon ran from 2027-01-14T20:00:00+00:00 to 2027-01-17T08:00:00+00:00"
        ) {
            $0.events([("2027-01-14T20:00:00Z", .stopped), ("2027-01-17T08:00:00Z", .started)])
            $0.row("2027-01-15T02:30:00Z", .missed(.deadline), "older than catch_up.deadline", decided: "2027-01-17T08:00:00Z")
        },
        Row(
            name: "the clock leaped over it", at: "2027-01-15T02:30:00Z",
            sentence: "it did not run: missed (clock): the clock was set past it",
            fact: "the clock was set forward by 2h"
        ) {
            $0.facts.past.events.append(
                PastEvent(.clockForward, at: .at("2027-01-15T04:00:00Z"), detail: "the clock was set forward by 2h"))
            $0.row("2027-01-15T02:30:00Z", .missed(.clock), "the clock was set past it", decided: "2027-01-15T04:00:00Z")
        },
        Row(
            name: "due, no daemon, will be caught up", at: "2027-01-20T02:30:00Z",
            sentence: "it has not run yet: no daemon runs since 2027-01-19T20:00:00+00:00; a daemon that starts now makes up for it"
        ) {
            $0.facts.hasDaemon = false
            $0.facts.clock?.lastSeen = .at("2027-01-19T20:00:00Z")
            $0.facts.cursor?.accountedTo = .at("2027-01-19T02:30:00Z")
        },
        Row(
            name: "due, no daemon, will be missed", at: "2027-01-19T02:30:00Z",
            sentence: "it has not run: no daemon runs since 2027-01-18T20:00:00+00:00; a daemon that starts now records it as missed (down)"
        ) {
            $0.facts.hasDaemon = false
            $0.events([("2027-01-18T20:00:00Z", .stopped)])
            $0.facts.cursor?.accountedTo = .at("2027-01-18T02:30:00Z")
        },
        Row(
            name: "due, and the daemon has not looked", at: "2027-01-20T02:30:00Z", now: "2027-01-20T02:30:00.500Z",
            sentence: "it has been due for 500 ms, and the daemon has not recorded it: it is about to, or is held up"
        ) { $0.facts.cursor?.accountedTo = .at("2027-01-19T02:30:00Z") },
    ]

    // MARK: What waits

    static let rowsOfWaiting = [
        Row(
            name: "retrying", at: "2027-01-20T02:30:00Z", now: "2027-01-20T02:31:00Z",
            sentence: "it waits: run \(Past.id(1)) waits for its next attempt at 2027-01-20T02:32:00+00:00, in 60 s"
        ) {
            try $0.run(1, at: "2027-01-20T02:30:00Z", state: .retrying, summary: "exit status 1")
            $0.facts.past.runs[0].retryAt = .at("2027-01-20T02:32:00Z")
        },
        Row(
            name: "overlap queue", at: "2027-01-20T02:30:00Z",
            sentence: "it waits: run \(Past.id(2)) waits for run \(Past.id(1)) of the same job"
        ) {
            $0.facts.scheduled = try Past.job(["30 2 * * *"], zone: "UTC") { $0.overlap = .queue }
            try $0.run(1, at: "2027-01-19T02:30:00Z", state: .running)
            try $0.run(2, at: "2027-01-20T02:30:00Z", state: .due)
        },
        Row(
            name: "group full", at: "2027-01-20T02:30:00Z",
            sentence: "it waits: run \(Past.id(1)) waits for a place in group disk, which run \(Past.id(8)) holds"
        ) {
            $0.facts.scheduled = try Past.job(["30 2 * * *"], zone: "UTC") { $0.group = "disk" }
            try $0.run(1, at: "2027-01-20T02:30:00Z", state: .due)
            try $0.other(8, group: "disk")
        },
        Row(
            name: "global limit", at: "2027-01-20T02:30:00Z",
            sentence: "it waits: run \(Past.id(1)) waits for a free place: as many runs go on as may (1)"
        ) {
            $0.facts.surroundings.limits = Admission.Limits(runs: 1)
            try $0.run(1, at: "2027-01-20T02:30:00Z", state: .due)
            try $0.other(8, group: nil)
        },
        Row(
            name: "catch-up limit and no daemon", at: "2027-01-20T02:30:00Z",
            sentence:
                "it waits: run \(Past.id(1)) waits for a daemon: none runs, and run \(Past.id(8)), which also makes up for missed slots"
        ) {
            $0.facts.surroundings.limits = Admission.Limits(catchUps: 1)
            $0.facts.hasDaemon = false
            try $0.run(1, at: "2027-01-20T02:30:00Z", state: .due, trigger: .catchUp, account: { .caughtUp(run: $0) })
            try $0.other(8, group: nil)
        },
        Row(name: "condition", at: "2027-01-20T02:30:00Z", sentence: "it waits for health to succeed") {
            $0.facts.scheduled = try Past.job(["30 2 * * *"], zone: "UTC") { $0.after = ["health", "disk"] }
            $0.facts.surroundings.successes = ["disk": .at("2027-01-20T01:00:00Z")]
            $0.row("2027-01-20T02:30:00Z", .waiting(.schedule), "waits for health")
        },
    ]
}
