import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

@Suite struct CatchUpScenarioTests {
    struct Row: Sendable {
        var policy: CatchUpPolicy
        var down: Duration
        /// Slots that were made up for, in minutes after ten.
        var caughtUp: [Int]
        /// Slots in the summary row.
        var missed: Int
    }

    @Test(
        "downtime",
        arguments: [
            Row(policy: CatchUpPolicy(mode: .none), down: .seconds(1860), caughtUp: [], missed: 6),
            Row(policy: CatchUpPolicy(), down: .seconds(1860), caughtUp: [30], missed: 5),
            Row(policy: CatchUpPolicy(mode: .all, max: 3), down: .seconds(1860), caughtUp: [20, 25, 30], missed: 3),
            Row(
                policy: CatchUpPolicy(mode: .all, max: 10, deadline: .seconds(700)), down: .seconds(1860), caughtUp: [20, 25, 30], missed: 3
            ),
            Row(policy: CatchUpPolicy(deadline: .seconds(40)), down: .seconds(1860), caughtUp: [], missed: 6),
        ])
    func followsThePolicy(_ row: Row) throws {
        let world = World(at: at("10:00:30"))
        try world.write(["*/5 * * * *"], name: "j") { $0.catchUp = row.policy }
        world.start()
        world.kill()
        world.stall(row.down)
        world.start()
        world.run(.seconds(60))
        #expect(world.starts.map(\.dueAt) == row.caughtUp.map { at("10:00:00").moved(by: .seconds($0 * 60)) })
        #expect(world.starts.allSatisfy { $0.trigger == .catchUp })
        let missed = world.rows(of: "j").filter { if case .missed = $0.account { true } else { false } }
        #expect(missed.map(\.count) == [row.missed])
        #expect(try world.findings() == [])
    }

    @Test func suspendAndStallsTakeTheSamePath() throws {
        let world = World(at: at("10:00:30"))
        try world.write(["* * * * *"], name: "j")
        world.start()
        world.stall(.seconds(3601))
        world.pass()
        #expect(world.starts.map(\.trigger) == [.catchUp])
        #expect(world.rows(of: "j").map(\.count) == [59, 1])
        #expect(try world.findings() == [])
    }

    @Test func twoCatchUpsAtOnceAndSixteenRunsAtOnce() throws {
        let world = World(at: at("10:00:30"))
        world.behaviour = { _ in (.seconds(30), .exits(0)) }
        for number in 0..<40 { try world.write(["0 * * * *"], name: "j\(number)") }
        world.start()
        world.kill()
        world.stall(.seconds(3720))
        world.start()
        #expect(world.processes.count == 2)
        world.run(.seconds(600))
        #expect(world.starts.count == 40)
        world.run(.seconds(2850))
        #expect(world.starts.count == 40 + 16)
        world.run(.seconds(100))
        #expect(world.starts.count == 80)
        #expect(try world.findings() == [])
    }

    @Test func aClaimThatWasNotStartedBeforeALongDowntimeIsGivenUp() throws {
        for death in [World.Death.betweenCommitAndStarts, .beforeCommit] {
            let world = World(at: at("10:00:30"))
            try world.write(["0 11 * * *"], name: "j") { $0.catchUp.deadline = .seconds(3600) }
            world.start()
            world.stall(.seconds(3570))
            world.death = death
            world.pass()
            world.stall(.seconds(2 * 3600))
            world.start()
            world.run(.seconds(60))
            #expect(world.starts.isEmpty)
            #expect(world.rows(of: "j").count == 1)
            #expect(try world.findings() == [])
        }
    }

    @Test(arguments: [World.Death.betweenCommitAndStarts, .beforeCommit])
    func aCrashAroundTheCommitNeitherLosesNorDoublesASlot(_ death: World.Death) throws {
        let world = World(at: at("10:00:30"))
        try world.write(["*/5 * * * *"], name: "j")
        world.start()
        world.death = death
        world.run(.seconds(300))
        #expect(world.starts.isEmpty)
        world.start()
        world.run(.seconds(10))
        #expect(world.starts.map(\.slot) == [.instant(at("10:05:00"))])
        #expect(world.runs(of: "j").map(\.state) == [.succeeded])
        #expect(try world.findings() == [])
    }

    @Test func aRunGoesOnOverARestartAndItsEndIsTaken() throws {
        let world = World(at: at("10:00:30"))
        world.behaviour = { _ in (.seconds(120), .exits(0)) }
        try world.write(["*/5 * * * *"], name: "j")
        world.start()
        world.run(.seconds(280))
        world.kill()
        world.stall(.seconds(20))
        world.start()
        #expect(world.runs(of: "j").map(\.state) == [.running])
        world.kill()
        world.stall(.seconds(150))
        world.start()
        #expect(world.runs(of: "j").map(\.state) == [.succeeded])
        #expect(world.runs(of: "j").first?.endedAt == at("10:07:00"))
        #expect(try world.findings() == [])
    }

    @Test func jitterShiftsStartsIsStoredAndSurvivesARestart() throws {
        let world = World(at: at("10:00:30"))
        try world.write(["*/10 * * * *"], name: "j") { $0.timing.jitter = .seconds(300) }
        world.start()
        let jitter = try #require(world.ledger.cursors["j"]?.jitter)
        #expect(jitter > .zero)
        world.run(.seconds(700))
        world.kill()
        world.start()
        world.run(.seconds(600))
        #expect(world.starts.map(\.dueAt) == ["10:10:00", "10:20:00"].map { at($0).moved(by: jitter) }.filter { $0 < world.wall })
        #expect(world.rows(of: "j").allSatisfy { $0.latenessMilliseconds == 0 })
        #expect(try world.findings() == [])
    }
}
