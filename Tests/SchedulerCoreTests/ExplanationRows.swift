import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

extension ExplanationTests {
    // MARK: What is to come

    static let rowsToCome = [
        Row(
            name: "future", at: "2027-01-21T02:30:00Z", sentence: "not due yet: due in 15 h, at 2027-01-21T02:30:00+00:00",
            slot: "2027-01-21T02:30:00Z"),
        Row(
            name: "future, jitter", at: "2027-01-21T02:31:00Z", sentence: "not due yet: due in 15 h, at 2027-01-21T02:33:00+00:00",
            slot: "2027-01-21T02:30:00Z", fact: "which jitter starts 3m later"
        ) { $0.facts.cursor?.jitter = .seconds(180) },
        Row(name: "future, disabled", at: "2027-01-21T02:30:00Z", sentence: "it will not run: the job is disabled") {
            $0.facts.scheduled = try Past.job(["30 2 * * *"], zone: "UTC") { $0.enabled = false }
        },
        Row(
            name: "future, paused", at: "2027-01-21T02:30:00Z",
            sentence: "it will not run: the job is paused until 2027-01-22T00:00:00+00:00"
        ) { $0.facts.cursor?.pausedUntil = .at("2027-01-22T00:00:00Z") },
        Row(
            name: "a slot at the end of a pause runs", at: "2027-01-21T02:30:00Z",
            sentence: "not due yet: due in 15 h, at 2027-01-21T02:30:00+00:00"
        ) { $0.facts.cursor?.pausedUntil = .at("2027-01-21T02:30:00Z") },
        Row(
            name: "future beat", schedules: ["@every 90s"], at: "2027-01-20T12:03:00Z",
            sentence: "not due yet: due in 3 min, at 2027-01-20T12:03:00+00:00", slot: "2027-01-20T12:03:00Z"),
    ]

    // MARK: Changes of the clock

    static let rowsOfTheClock = [
        Row(
            name: "gap: the slot right after it", zone: "Europe/Berlin", at: "2027-03-28T03:00:00+02:00", now: "2027-03-20T12:00:00Z",
            sentence: "not due yet: due in 8 d, at 2027-03-28T03:00:00+02:00", slot: "2027-03-28T01:00:00Z",
            fact: "there is no 02:30 on this day"),
        Row(
            name: "gap: the time that never was", zone: "Europe/Berlin", at: "2027-03-28T02:30:00+01:00", now: "2027-03-20T12:00:00Z",
            sentence: "not due yet: due in 8 d, at 2027-03-28T03:00:00+02:00", slot: "2027-03-28T01:00:00Z",
            fact: "the clock never showed the time as it is written"),
        Row(
            name: "gap: written with the offset of after it", zone: "Europe/Berlin", at: "2027-03-28T02:30:00+02:00",
            now: "2027-03-20T12:00:00Z", sentence: "not due yet: due in 8 d, at 2027-03-28T03:00:00+02:00", slot: "2027-03-28T01:00:00Z"),
        Row(
            name: "gap: skipped by the job", zone: "Europe/Berlin", at: "2027-03-28T02:30:00+01:00", now: "2027-03-20T12:00:00Z",
            sentence: "no slot: the schedule does not fire at 2027-03-28T03:30:00+02:00 (Europe/Berlin has no 02:30 on this day; "
                + "dst_gap: skip drops that slot); the nearest slots are 2027-03-27T02:30:00+01:00 and 2027-03-29T02:30:00+02:00", slot: "-"
        ) { $0.facts.scheduled = try Past.job(["30 2 * * *"], zone: "Europe/Berlin", gap: .skip) },
        Row(
            name: "gap: an interval job", schedules: ["*/30 2 * * *"], zone: "Europe/Berlin", at: "2027-03-28T02:30:00+01:00",
            now: "2027-03-20T12:00:00Z",
            sentence: "no slot: the schedule does not fire at 2027-03-28T03:30:00+02:00 (Europe/Berlin has no 02:30 on this day; "
                + "an interval job follows elapsed time: slots that do not exist do not run); the nearest slots are "
                + "2027-03-27T02:30:00+01:00 and 2027-03-29T02:00:00+02:00"),
        Row(
            name: "gap: a wrong offset may be a slot all the same", schedules: ["30 * * * *"], zone: "Europe/Berlin",
            at: "2027-03-28T02:30:00+02:00",
            now: "2027-03-20T12:00:00Z",
            sentence: "not due yet: due in 8 d, at 2027-03-28T01:30:00+01:00"),
        Row(
            name: "repeat: the first time", zone: "Europe/Berlin", at: "2026-10-25T02:30:00+02:00",
            sentence: "it ran: run \(Past.id(1)) 2 ms late, succeeded after 3.2 s: done", fact: "02:30 comes twice: this is the first"
        ) { try $0.run(1, at: "2026-10-25T00:30:00Z") },
        Row(
            name: "repeat: the second time", zone: "Europe/Berlin", at: "2026-10-25T02:30:00+01:00",
            sentence:
                "no slot: the schedule does not fire at 2026-10-25T02:30:00+01:00 (2026-10-25 02:30 matches, but the clock has shown it "
                + "before: a fixed-time job runs the first time only); the nearest slots are 2026-10-25T02:30:00+02:00 and "
                + "2026-10-26T02:30:00+01:00"),
        Row(
            name: "repeat: an interval job runs both times", schedules: ["*/30 * * * *"], zone: "Europe/Berlin",
            at: "2026-10-25T02:30:00+01:00", sentence: "it ran: run \(Past.id(2)) 2 ms late, succeeded after 3.2 s: done"
        ) {
            try $0.run(1, at: "2026-10-25T00:30:00Z")
            try $0.run(2, at: "2026-10-25T01:30:00Z")
        },
        Row(
            name: "set back: a fixed-time slot that has its row", at: "2027-01-20T02:30:00Z", now: "2027-01-20T02:00:00Z",
            sentence: "it ran: run \(Past.id(1)) 2 ms late, succeeded after 3.2 s: done",
            fact: "the clock was set back by 1h; era 1"
        ) {
            try $0.run(1, at: "2027-01-20T02:30:00Z")
            $0.setBack(to: "2027-01-20T02:00:00Z", floor: "2027-01-20T02:30:00Z")
        },
        Row(
            name: "set back: an interval slot runs again", schedules: ["*/30 * * * *"], at: "2027-01-20T02:30:00Z",
            now: "2027-01-20T02:00:00Z",
            sentence: "not due yet: due in 30 min, at 2027-01-20T02:30:00+00:00", fact: "era 0: ran"
        ) {
            try $0.run(1, at: "2027-01-20T02:30:00Z")
            $0.setBack(to: "2027-01-20T02:00:00Z", floor: "2027-01-20T02:30:00Z")
        },
        Row(
            name: "set back: the newest of two rows", schedules: ["*/30 * * * *"], at: "2027-01-20T02:30:00Z",
            sentence: "it ran: run \(Past.id(2)) 2 ms late, succeeded after 3.2 s: done", fact: "era 0: ran, run \(Past.id(1))"
        ) {
            try $0.run(1, at: "2027-01-20T02:30:00Z")
            try $0.run(2, at: "2027-01-20T02:30:00Z")
            $0.facts.past.occurrences[1].era = 1
            $0.facts.clock?.era = 1
            $0.facts.cursor?.era = 1
        },
        Row(
            name: "set back: accounted for before, without a row", at: "2027-01-20T02:30:00Z", now: "2027-01-20T02:00:00Z",
            sentence:
                "it will not run: the clock was set back, and fixed-time slots up to 2027-01-20T02:30:00+00:00 have been accounted for before"
        ) { $0.setBack(to: "2027-01-20T02:00:00Z", floor: "2027-01-20T02:30:00Z") },
    ]

    // MARK: Moments beside a slot, and other kinds of slots

    static let rowsOfOtherSlots = [
        Row(
            name: "seconds off", at: "2027-01-15T02:30:12Z", sentence: "it did not run: skipped (overlap): a slot waits already",
            slot: "2027-01-15T02:30:00Z", fact: "the moment lies 12 s after the slot 2027-01-15T02:30:00+00:00"
        ) { $0.row("2027-01-15T02:30:00Z", .skipped(.overlap), "a slot waits already") },
        Row(
            name: "not a slot", at: "2027-01-15T02:31:00Z",
            sentence:
                "no slot: the schedule does not fire at 2027-01-15T02:31:00+00:00 (minute 31 does not match 30); the nearest slots are "
                + "2027-01-15T02:30:00+00:00 and 2027-01-16T02:30:00+00:00", slot: "-"),
        Row(
            name: "not a slot, and a run by hand", at: "2027-01-15T05:00:00Z",
            sentence:
                "no slot: the schedule does not fire at 2027-01-15T05:00:00+00:00 (hour 5 does not match 2; minute 0 does not match 30); "
                + "the nearest slots are 2027-01-15T02:30:00+00:00 and 2027-01-16T02:30:00+00:00",
            fact: "under way then (by hand): run \(Past.id(1)) succeeded after 3.2 s: done"
        ) { try $0.run(1, at: "2027-01-15T05:00:00Z", trigger: .manual, account: { _ in nil }) },
        Row(
            name: "jitter moved it", at: "2027-01-15T02:33:00Z",
            sentence: "it ran: run \(Past.id(1)) 2 ms late, succeeded after 3.2 s: done",
            slot: "2027-01-15T02:30:00Z", fact: "which jitter starts 3m later, at 2027-01-15T02:33:00+00:00"
        ) {
            $0.facts.cursor?.jitter = .seconds(180)
            try $0.run(1, at: "2027-01-15T02:30:00Z", jitter: 180_000)
        },
        Row(
            name: "a beat of @every is known by its row", schedules: ["@every 90s"], at: "2027-01-15T02:31:07Z",
            sentence: "it ran: run \(Past.id(1)) 2 ms late, succeeded after 3.2 s: done", slot: "2027-01-15T02:31:07Z"
        ) { try $0.run(1, at: "2027-01-15T02:31:07Z") },
        Row(
            name: "no beat of @every", schedules: ["@every 90s"], at: "2027-01-15T02:32:00Z",
            sentence:
                "no slot: the schedule does not fire at 2027-01-15T02:32:00+00:00 (every 1m30s after its last occurrence, whatever the clock "
                + "shows); the nearest slots are 2027-01-15T02:31:07+00:00 and 2027-01-20T12:01:30+00:00"
        ) { try $0.run(1, at: "2027-01-15T02:31:07Z") },
        Row(
            name: "@reboot", schedules: ["@reboot"], at: "2027-01-15T08:00:03Z",
            sentence: "it ran: run \(Past.id(1)) succeeded after 3.2 s: done", fact: "the moment lies 3 s after the slot the boot b-1"
        ) {
            try $0.run(1, at: "2027-01-15T08:00:00Z")
            $0.facts.past.runs[0].slot = .boot("b-1")
            $0.facts.past.occurrences[0].slot = .boot("b-1")
        },
        Row(
            name: "no boot then", schedules: ["@reboot"], at: "2027-01-15T09:00:00Z",
            sentence:
                "no slot: the schedule does not fire at 2027-01-15T09:00:00+00:00 (fires once after each boot, whatever the clock shows)"),
        Row(
            name: "after another job", schedules: [], at: "2027-01-15T03:00:01Z",
            sentence: "it ran: run \(Past.id(1)) succeeded after 3.2 s: done", fact: "under way then (after other jobs)"
        ) {
            $0.facts.scheduled = try Past.job([], zone: "UTC") { $0.after = ["nightly"] }
            try $0.run(1, at: "2027-01-15T03:00:00Z", trigger: .after, account: { _ in nil })
        },
        Row(
            name: "after another job, a little later", schedules: [], at: "2027-01-15T03:00:10Z",
            sentence: "it ran: run \(Past.id(1)) succeeded after 3.2 s: done", fact: "the nearest run (after other jobs)"
        ) {
            $0.facts.scheduled = try Past.job([], zone: "UTC") { $0.after = ["nightly"] }
            try $0.run(1, at: "2027-01-15T03:00:00Z", trigger: .after, account: { _ in nil })
        },
        Row(
            name: "after another job, and it did not", schedules: [], at: "2027-01-15T03:00:01Z",
            sentence: "no slot: the job has no schedule, it runs after nightly; no run of it was under way"
        ) { $0.facts.scheduled = try Past.job([], zone: "UTC") { $0.after = ["nightly"] } },
        Row(
            name: "a row of an earlier schedule", at: "2027-01-15T04:00:00Z",
            sentence: "it ran: run \(Past.id(1)) 2 ms late, succeeded after 3.2 s: done", fact: "the schedule of now does not fire then"
        ) { try $0.run(1, at: "2027-01-15T04:00:00Z") },
        Row(
            name: "a job whose file is gone", at: "2027-01-15T02:30:00Z",
            sentence: "it ran: run \(Past.id(1)) 2 ms late, succeeded after 3.2 s: done", fact: "the job has no file any more"
        ) {
            try $0.run(1, at: "2027-01-15T02:30:00Z")
            $0.facts.scheduled = nil
            $0.facts.source = .gone
        },
        Row(
            name: "a file with an error", at: "2027-01-21T02:30:00Z", sentence: "not due yet: due in 15 h, at 2027-01-21T02:30:00+00:00",
            fact: "the file has an error, and the last good definition is in force: jobs.d/a.yaml:1: wrong"
        ) { $0.facts.source = .lastGood(problem: "jobs.d/a.yaml:1: wrong") },
    ]

    // MARK: What is not known

    static let rowsOfNothing = [
        Row(
            name: "older than history keeps", at: "2026-09-15T02:30:00Z",
            sentence:
                "not known any more: older than what history keeps (keep 200, max_age 90d): rows before 2026-10-22T12:00:00+00:00 are pruned"
        ),
        Row(
            name: "more rows than history keeps", at: "2027-01-15T02:30:00Z",
            sentence:
                "not known any more: older than what history keeps (keep 200, max_age 90d): rows before 2027-01-16T02:30:00+00:00 were pruned"
        ) {
            $0.facts.past.isFull = true
            $0.facts.past.oldestRow = .at("2027-01-16T02:30:00Z")
        },
        Row(
            name: "before the first row", at: "2027-01-15T02:30:00Z",
            sentence:
                "not known: the oldest row of the job is of 2027-01-16T02:30:00+00:00; older ones were pruned, or nobody knew the job then"
        ) { $0.facts.past.oldestRow = .at("2027-01-16T02:30:00Z") },
        Row(
            name: "no row among rows", at: "2027-01-15T02:30:00Z",
            sentence:
                "not known: there is no row for this slot: it had another schedule or no file then, or was read for the first time after it",
            fact: "the row before: slot 2027-01-14T02:30:00+00:00: ran"
        ) { try $0.run(1, at: "2027-01-14T02:30:00Z") },
        Row(
            name: "the ledger began later", at: "2027-01-15T02:30:00Z",
            sentence: "it was not owed: the ledger began at 2027-01-16T00:00:00+00:00"
        ) { $0.facts.past.began = .at("2027-01-16T00:00:00Z") },
        Row(
            name: "the ledger of then was set aside", at: "2027-01-15T02:30:00Z",
            sentence:
                "not known: the ledger of that time was damaged and set aside at 2027-01-16T00:00:00+00:00 as /s/ledger.sqlite.damaged-1"
        ) {
            $0.facts.past.setAside = [.init(path: "/s/ledger.sqlite.damaged-1", at: .at("2027-01-16T00:00:00Z"))]
            $0.facts.past.began = .at("2027-01-16T00:00:00Z")
        },
        Row(
            name: "the job was added later", at: "2027-01-15T02:30:00Z",
            sentence: "it was not owed: the job had no file before 2027-01-16T00:00:00+00:00"
        ) { $0.change(.jobAdded, "2027-01-16T00:00:00Z") },
        Row(
            name: "the job was removed before", at: "2027-01-15T02:30:00Z",
            sentence: "it was not owed: the job's file was taken away at 2027-01-14T00:00:00+00:00"
        ) { $0.change(.jobRemoved, "2027-01-14T00:00:00Z") },
        Row(
            name: "the job was changed after", at: "2027-01-15T02:30:00Z",
            sentence:
                "it was not owed: the job's file was changed at 2027-01-16T00:00:00+00:00, and the schedule of before had no row for it"
        ) { $0.change(.jobChanged, "2027-01-16T00:00:00Z") },
        Row(
            name: "no daemon has read the file", at: "2027-01-15T02:30:00Z", sentence: "not known: no daemon has read this job's file yet",
            fact: "no daemon has read the job's file yet"
        ) { $0.facts.cursor = nil },
        Row(
            name: "the daemon goes by another schedule", at: "2027-01-20T02:30:00Z",
            sentence: "not known: the schedule was changed since a daemon last read it, so that nobody has accounted for this slot"
        ) {
            $0.facts.cursor?.accountedTo = .at("2027-01-19T02:30:00Z")
            $0.facts.cursor?.timetable = "another"
        },
        Row(
            name: "no ledger", at: "2027-01-15T02:30:00Z",
            sentence: "not known: there is no ledger, so nothing has run yet or its records are elsewhere"
        ) {
            $0.facts.hasLedger = false
            $0.facts.cursor = nil
        },
        Row(
            name: "neither file nor row", at: "2027-01-15T02:30:00Z",
            sentence: "not known: the job has no file, and no row or run of that time is kept"
        ) {
            $0.facts.scheduled = nil
            $0.facts.source = .gone
        },
        Row(
            name: "no file, to come", at: "2027-01-21T02:30:00Z", sentence: "it will not run: the job has no file any more"
        ) {
            $0.facts.scheduled = nil
            $0.facts.source = .gone
        },
        Row(
            name: "a file with an error", at: "2027-01-15T02:30:00Z",
            sentence: "not known: no row or run of that time is kept, and the job's file has an error: a.yaml:2: no"
        ) {
            $0.facts.scheduled = nil
            $0.facts.source = .broken(problem: "a.yaml:2: no")
        },
        Row(
            name: "a file with an error, to come", at: "2027-01-21T02:30:00Z",
            sentence: "it will not run: its file has an error: a.yaml:2: no"
        ) {
            $0.facts.scheduled = nil
            $0.facts.source = .broken(problem: "a.yaml:2: no")
        },
    ]
}
