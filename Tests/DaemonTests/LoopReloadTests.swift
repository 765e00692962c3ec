import CronSchedule
import Daemon
import Foundation
import Ledger
import SchedulerCore
import Testing

/// What a change of the files does to a loop at work.
@Suite struct LoopReloadTests {
    /// A loop with jobs, and what is in force there.
    private struct Bench {
        let space: Workspace
        let clock: ManualLoopClock
        let ledger: Ledger
        let engine: MemoryEngine
        let loop: SchedulerLoop
        var jobs: [String: ScheduledJob]

        init(_ definitions: [JobDefinition], at time: String = "10:00:30") async throws {
            space = try Workspace()
            clock = ManualLoopClock(now: try at(time))
            ledger = try space.ledger(at: clock.now())
            engine = MemoryEngine(clock: clock)
            loop = try await space.loop(definitions, ledger: ledger, engine: engine, clock: clock)
            jobs = try Self.scheduled(definitions)
        }

        mutating func reload(_ definitions: [JobDefinition]) async throws {
            let next = try Self.scheduled(definitions)
            await loop.reload(JobChanges(from: jobs, to: next))
            jobs = next
        }

        private static func scheduled(_ definitions: [JobDefinition]) throws -> [String: ScheduledJob] {
            let zone = try SystemTimeZone.named("UTC")
            return Dictionary(
                uniqueKeysWithValues: try definitions.map { ($0.name, try ScheduledJob(definition: $0, zone: zone)) })
        }
    }

    private static let minutely = Workspace.job("j", schedule: "* * * * *")

    @Test func aSlotThatIsDueWhenFilesChangeIsNotLost() async throws {
        for others in [[Self.minutely], [Workspace.job("j", schedule: "0 4 * * *")], []] {
            var bench = try await Bench([Self.minutely])
            // The slot of 10:01 is due, and no pass has seen it.
            bench.clock.advance(by: .seconds(31))
            try await bench.reload(others + [Workspace.job("new", schedule: "0 5 * * *")])
            #expect(bench.engine.started.map(\.slot) == [.instant(try at("10:01:00"))])
        }
    }

    @Test func aJobThatIsNotNamedKeepsItsPlace() async throws {
        var bench = try await Bench([Workspace.job("j", schedule: "@every 1h"), Workspace.job("other", schedule: "0 4 * * *")])
        let cursor = await bench.loop.snapshot.cursor(of: "j")
        let next = await bench.loop.snapshot.nextDue(of: "j")
        bench.clock.advance(by: .seconds(600))
        try await bench.reload([Workspace.job("j", schedule: "@every 1h"), Workspace.job("other", schedule: "0 6 * * *")])
        let snapshot = await bench.loop.snapshot
        #expect(snapshot.cursor(of: "j") == cursor)
        #expect(snapshot.nextDue(of: "j") == next)
        #expect(snapshot.nextDue(of: "other") == Instant(iso8601: "2027-01-16T06:00:00Z"))
    }

    @Test(arguments: [true, false])
    func theEndOfARunIsRecordedWhateverBecameOfItsFile(isRemoved: Bool) async throws {
        var bench = try await Bench([Self.minutely])
        bench.clock.advance(by: .seconds(30))
        await bench.loop.pass()
        let run = try #require(bench.engine.started.first)
        try await bench.reload(isRemoved ? [] : [Workspace.job("j", schedule: "0 4 * * *")])
        #expect(bench.engine.stopped.isEmpty)
        bench.engine.end(run)
        let engine = bench.engine
        try await bench.loop.passUntil { engine.finished == [run.id] }
        #expect(try bench.ledger.run(run.id)?.state == .succeeded)
    }

    @Test func aChangeThatTheLedgerDoesNotTakeIsInForceAndWrittenLater() async throws {
        var bench = try await Bench([Self.minutely, Workspace.job("gone", schedule: "0 4 * * *")])
        let blocker = try WriteLock(on: bench.space.path + "/" + Ledger.fileName)
        try await bench.reload([Workspace.job("j", schedule: "*/5 * * * *")])
        #expect(await bench.loop.snapshot.jobNames == ["j"])
        // A second change meanwhile, and a slot: both wait for the first.
        bench.clock.advance(by: .seconds(270))
        try await bench.reload([Workspace.job("j", schedule: "*/5 * * * *"), Workspace.job("new", schedule: "0 4 * * *")])
        #expect(bench.engine.started.isEmpty)
        #expect(try bench.ledger.cursors().map(\.job).sorted() == ["gone", "j"])
        blocker.release()
        bench.clock.advance(by: SchedulerLoop.ledgerPause)
        await bench.loop.pass()
        #expect(bench.engine.started.map(\.slot) == [.instant(try at("10:05:00"))])
        let cursors = try bench.ledger.cursors()
        #expect(cursors.map(\.job).sorted() == ["gone", "j", "new"])
        #expect(cursors.first { $0.job == "gone" }?.timetable == JobCursor.noTimetable)
        #expect(await bench.loop.contradiction == nil)
    }

    @Test func theNextStartsOfAJobAreTold() async throws {
        let bench = try await Bench([Self.minutely, Workspace.job("off", schedule: "* * * * *") { $0.enabled = false }])
        let starts = await bench.loop.upcoming(of: ["j", "off", "unknown"], count: 3)
        #expect(starts["j"] == [try at("10:01:00"), try at("10:02:00"), try at("10:03:00")])
        #expect(starts["off"] == [])
        #expect(starts["unknown"] == [])
    }
}
