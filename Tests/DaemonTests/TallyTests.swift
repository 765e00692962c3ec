import ControlAPI
import CronSchedule
import SchedulerCore
import Testing

@testable import Daemon

/// What is counted of the rows that the loop writes.
@Suite struct TallyTests {
    private static func run(
        _ job: String, due: String, started: String? = nil, ended: String? = nil, _ state: RunState, trigger: Run.Trigger = .schedule,
        dry: Bool = false
    ) throws -> Run {
        var run = Run(
            id: Scheduler.randomRunID(at: try at(due)), job: job, kind: "command", trigger: trigger, slot: .instant(try at(due)),
            claimedAt: try at(due), dueAt: try at(due), dryRun: dry)
        run.state = state
        run.startedAt = try started.map(at)
        run.endedAt = try ended.map(at)
        return run
    }

    private func tally(_ moves: [(Run, RunState)]) -> Tally {
        var actions = SchedulerActions()
        actions.moves = moves.map { .init(run: $0.0, from: $0.1) }
        var tally = Tally()
        tally.count(actions)
        return tally
    }

    @Test func theLagIsThatOfTheFirstStartOfScheduledRuns() throws {
        var again = try Self.run("j", due: "10:00:00", started: "10:00:01", .running)
        again.attempt = 2
        let tally = tally([
            (try Self.run("j", due: "10:00:00", started: "10:00:02", .running), .starting),
            // The daemon died before it could write that this one ran; it ended meanwhile.
            (try Self.run("j", due: "10:00:00", started: "10:00:03", ended: "10:00:10", .succeeded), .starting),
            (try Self.run("j", due: "10:00:00", started: "10:00:03", ended: "10:00:10", .failed), .running),
            (try Self.run("j", due: "10:00:00", started: "10:09:00", .running, trigger: .catchUp), .starting),
            (try Self.run("j", due: "10:00:00", started: "10:09:00", .running, trigger: .manual), .starting),
            (try Self.run("j", due: "10:00:00", started: "10:09:00", .running, dry: true), .starting),
            (try Self.run("j", due: "10:00:00", .starting), .due),
            (again, .starting),
        ])
        #expect(tally.lag.count == 2 && tally.lag.sum == 5)
    }

    @Test func runsThatEndedAreCountedByHowAndDryOnesAreNot() throws {
        let tally = tally([
            (try Self.run("j", due: "10:00:00", started: "10:00:00", ended: "10:01:00", .succeeded), .running),
            (try Self.run("j", due: "10:02:00", started: "10:02:00", ended: "10:02:30", .failed), .running),
            (try Self.run("j", due: "10:03:00", ended: "10:03:30", .cancelled), .due),
            (try Self.run("j", due: "10:04:00", started: "10:04:00", ended: "10:05:00", .succeeded, dry: true), .running),
            (try Self.run("j", due: "10:06:00", started: "10:06:00", .retrying), .running),
        ])
        let job = try #require(tally.jobs["j"])
        #expect(job.ended == [.succeeded: 1, .failed: 1, .cancelled: 1])
        #expect(job.durations.count == 2 && job.durations.sum == 90)
        #expect(tally.outcomes["j"] == JobOutcome(result: .cancelled, end: try at("10:03:30"), success: try at("10:01:00")))
    }

    @Test func whatWasBeforeFillsWhatIsNotKnown() throws {
        let earlier = JobOutcome(result: .succeeded, end: try at("09:00:00"), success: try at("09:00:00"))
        let failed = JobOutcome(result: .failed, end: try at("10:00:00"))
        #expect(failed.completed(by: earlier) == JobOutcome(result: .failed, end: try at("10:00:00"), success: try at("09:00:00")))
        #expect(JobOutcome().completed(by: earlier) == earlier)
        #expect(failed.completed(by: nil) == failed)
    }

    @Test func slotsAreCountedByWhatBecameOfThemAndSpansByTheirLength() throws {
        func row(_ account: Occurrence.Account, count: Int = 1) throws -> Occurrence {
            Occurrence(
                job: "j", slot: .instant(try at("10:00:00")), era: 0, account: account, detail: "", decidedAt: try at("10:00:00"),
                latenessMilliseconds: 0, count: count)
        }
        let run = try Self.run("j", due: "10:00:00", ended: "10:00:30", .cancelled)
        var actions = SchedulerActions()
        actions.occurrences = [
            try row(.waiting(.schedule)), try row(.ran(run: run.id)), try row(.caughtUp(run: run.id)), try row(.missed(.down), count: 40),
            try row(.skipped(.overlap)),
        ]
        actions.lapses = [
            LapsedClaim(
                run: run, slot: .instant(try at("10:00:00")), account: .skipped(.overlap), reason: "replaced", at: try at("10:00:30"))
        ]
        var tally = Tally()
        tally.count(actions)
        #expect(tally.occurrences == [.ran: 1, .caughtUp: 1, .missed(.down): 40, .skipped(.overlap): 2])
        #expect(tally.corrections == 1)
        #expect(tally.jobs["j"]?.lost == 42)
        #expect(OccurrenceOutcome.allCases.map(\.word).count == 9)
    }

    @Test func resultsThatRaiseNoAlertAreCountedByTheirBound() {
        var actions = SchedulerActions()
        actions.alerts.unfollowed = [
            UnfollowedFinding(job: "a", bound: .job), UnfollowedFinding(job: "a", bound: .job), UnfollowedFinding(job: "b", bound: .all),
        ]
        var tally = Tally()
        tally.count(actions)
        // What the ledger takes later is counted then.
        tally.count(SchedulerActions().followed(by: actions))
        #expect(tally.unfollowed == [.job: 4, .all: 2])
    }

    @Test func jobsBeyondTheBoundAreAddedUpAndWhoHasASeriesKeepsIt() throws {
        var tally = Tally()
        let names = (0..<1200).map { "job-\(1000 + $0)" }
        var actions = SchedulerActions()
        // The last one in the alphabet comes first.
        actions.moves = [
            .init(run: try Self.run("job-2199", due: "10:00:00", started: "10:00:00", ended: "10:00:01", .failed), from: .running)
        ]
        tally.count(actions)
        tally.admit(names)
        #expect(tally.jobs.count == Tally.seriesBound)
        #expect(tally.jobs["job-2199"]?.ended == [.failed: 1] && tally.jobs["job-1998"] != nil && tally.jobs["job-1999"] == nil)
        actions.moves = try ["job-2000", "job-2001", "job-1000"].map {
            .init(run: try Self.run($0, due: "10:00:00", started: "10:00:00", ended: "10:00:01", .failed), from: .running)
        }
        tally.count(actions)
        #expect(tally.rest.ended == [.failed: 2] && tally.rest.durations.count == 2)
        #expect(tally.jobs["job-1000"]?.ended == [.failed: 1])
        // A job that goes makes room; the rest's numbers never fall.
        tally.forget(["job-1000"])
        tally.admit(names.filter { $0 != "job-1000" })
        #expect(tally.jobs["job-1000"] == nil && tally.jobs["job-1999"]?.ended == [:])
        #expect(tally.rest.ended == [.failed: 2])
        #expect(tally.outcomes["job-1000"] == nil && tally.outcomes["job-2000"] != nil)
    }

    /// Names come and go for as long as a daemon lives: what is kept is bounded by the jobs that there are.
    @Test func ofAJobThatIsGoneNothingIsKept() throws {
        var tally = Tally()
        var actions = SchedulerActions()
        actions.moves = [.init(run: try Self.run("gone", due: "10:00:00", started: "10:00:00", ended: "10:00:01", .failed), from: .running)]
        tally.count(actions)
        #expect(tally.dropped == 0 && tally.outcomes["gone"]?.result == .failed)
        tally.forget(["gone"])
        #expect(tally.dropped == 1 && tally.outcomes.isEmpty && tally.jobs.isEmpty)
        // Its run had not ended.
        tally.count(actions, gone: ["gone"])
        #expect(tally.dropped == 2 && tally.outcomes.isEmpty && tally.jobs.isEmpty)
        #expect(tally.rest.ended == [.failed: 1])
    }

    private static func outcomes(_ view: LedgerView, _ dropped: Int) async throws -> [String: JobOutcome] {
        try await view.figures(dropped: dropped).get().outcomes
    }

    @Test func aJobThatComesBackHasTheLastResultThatTheLedgerKnows() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let meter = LoopMeter { clock.elapsed() }
        let engine = MemoryEngine(clock: clock)
        let ledger = try space.ledger(at: clock.now())
        let job = Workspace.job("j", schedule: "* * * * *")
        let loop = try await space.loop([job], ledger: ledger, engine: engine, clock: clock, meter: meter)
        let view = LedgerView(ledger, channels: []) { clock.now() }
        #expect(try await Self.outcomes(view, meter.tally.dropped) == [:])
        clock.advance(by: .seconds(32))
        await loop.pass()
        engine.end(try #require(engine.started.first))
        try await loop.passUntil { !engine.finished.isEmpty }
        let outcome = try #require(meter.tally.outcomes["j"])
        // Nothing has been forgotten: the ledger is not read again.
        #expect(try await Self.outcomes(view, meter.tally.dropped) == [:])
        let scheduled = ["j": try ScheduledJob(definition: job, zone: try SystemTimeZone.named("UTC"))]
        await loop.reload(JobChanges(from: scheduled, to: [:]))
        #expect(meter.tally.outcomes.isEmpty)
        #expect(try await Self.outcomes(view, meter.tally.dropped) == ["j": outcome])
        await view.close()
        #expect(try await Self.outcomes(view, 99) == [:])
    }

    @Test func theLoopCountsWhatItWroteAndNothingTwice() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let meter = LoopMeter { clock.elapsed() }
        let engine = MemoryEngine(clock: clock)
        let ledger = try space.ledger(at: clock.now())
        let loop = try await space.loop(
            [Workspace.job("j", schedule: "* * * * *")], ledger: ledger, engine: engine, clock: clock, meter: meter)
        clock.advance(by: .seconds(32))
        await loop.pass()
        engine.end(try #require(engine.started.first))
        try await loop.passUntil { !engine.finished.isEmpty }
        let tally = meter.tally
        #expect(tally.occurrences == [.ran: 1])
        #expect(tally.lag.count == 1 && tally.lag.sum == 2)
        #expect(tally.jobs["j"]?.ended == [.succeeded: 1])
        #expect(tally.passes.count >= 3)
        #expect(tally.outcomes["j"]?.success == clock.now())
    }

    @Test func whatADowntimeMissedIsCountedByTheDaemonThatFindsIt() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let ledger = try space.ledger(at: clock.now())
        let job = Workspace.job("j", schedule: "* * * * *") { $0.catchUp = CatchUpPolicy(mode: .none, deadline: .seconds(3600)) }
        _ = try await space.loop([job], ledger: ledger, engine: MemoryEngine(clock: clock), clock: clock)
        clock.advance(by: .seconds(600))
        let meter = LoopMeter { clock.elapsed() }
        _ = try await space.loop([job], ledger: ledger, engine: MemoryEngine(clock: clock), clock: clock, meter: meter)
        #expect(meter.tally.occurrences == [.missed(.down): 9, .ran: 1])
        #expect(meter.tally.jobs["j"]?.lost == 9)
    }
}
