import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

@Suite struct FileScenarioTests {
    private func world(_ schedules: [String], change: (inout JobDefinition) -> Void = { _ in }) throws -> World {
        let world = World(at: at("10:00:30"))
        try world.write(schedules, name: "j", change: change)
        world.start()
        return world
    }

    @Test func aRunOfARemovedJobEndsCleanly() throws {
        let world = try world(["5 10 * * *"]) { $0.retry = RetryPolicy(attempts: 3) }
        world.behaviour = { _ in (.seconds(60), .exits(1)) }
        world.run(.seconds(280))
        world.jobs = [:]
        world.load()
        world.run(.seconds(60))
        #expect(world.runs(of: "j").map(\.state) == [.failed], "no retry without a file")
        #expect(world.scheduler?.nextAlarm == nil)
        #expect(try world.findings() == [])
    }

    @Test func aRunOfARemovedJobKeepsItsGroup() throws {
        let world = try world(["5 10 * * *"]) { $0.group = "g" }
        try world.write(["6 10 * * *"], name: "next") { $0.group = "g" }
        world.behaviour = { _ in (.seconds(600), .exits(0)) }
        world.load()
        world.run(.seconds(280))
        world.jobs["j"] = nil
        world.load()
        world.run(.seconds(300))
        #expect(world.starts.map(\.job) == ["j"])
        world.run(.seconds(300))
        #expect(world.starts.map(\.job) == ["j", "next"])
    }

    @Test func aRetryAndAClaimOfARemovedJobAreCancelled() throws {
        let world = try world(["5 10 * * *"]) { $0.retry = RetryPolicy(attempts: 3, backoff: .constant, initial: .seconds(600)) }
        try world.write(["5 10 * * *"], name: "held") { $0.group = "g" }
        try world.write(["4 10 * * *"], name: "holder") { $0.group = "g" }
        world.behaviour = { run in (.seconds(run.job == "holder" ? 600 : 5), .exits(1)) }
        world.load()
        world.run(.seconds(290))
        #expect(world.runs(of: "j").map(\.state) == [.retrying])
        #expect(world.runs(of: "held").map(\.state) == [.due])
        world.jobs = ["holder": try #require(world.jobs["holder"])]
        world.load()
        #expect(world.runs(of: "j").map(\.state) == [.cancelled])
        #expect(world.runs(of: "held").map(\.state) == [.cancelled])
        #expect(world.runs(of: "held").first?.ending?.summary == "its job file is gone")
        #expect(try world.findings() == [])
    }

    @Test func aStartThatWasLostWithItsJobFileIsCancelled() throws {
        let world = try world(["5 10 * * *"])
        world.death = .betweenCommitAndStarts
        world.run(.seconds(270))
        world.jobs = [:]
        world.start()
        #expect(world.runs(of: "j").map(\.state) == [.cancelled])
        #expect(try world.findings() == [])
    }

    @Test(arguments: [false, true])
    func anEditedScheduleOwesNothingFromBefore(whileDown: Bool) throws {
        let world = try world(["0 2 * * *"])
        world.run(.seconds(3 * 3600))
        if whileDown { world.kill() }
        try world.write(["0 * * * *"], name: "j")
        if whileDown { world.start() } else { world.load() }
        #expect(world.starts.isEmpty)
        #expect(world.rows(of: "j").isEmpty)
        world.run(.seconds(3600))
        #expect(world.starts.count == 1)
        #expect(try world.findings() == [])
    }

    @Test func whatWasDueUnderTheOldFileIsDecidedBeforeTheNewOne() throws {
        let world = try world(["5 10 * * *"])
        world.stall(.seconds(280))
        try world.write(["0 23 * * *"], name: "j")
        world.change { $0.load(Array(world.jobs.values), now: world.wall, isStart: false) }
        world.pass()
        #expect(world.starts.map(\.slot) == [.instant(at("10:05:00"))])
    }

    @Test(arguments: [false, true])
    func aFileThatComesBackOwesNothingFromItsAbsence(whileDown: Bool) throws {
        let world = try world(["*/5 * * * *"])
        let job = try #require(world.jobs["j"])
        world.run(.seconds(300))
        world.jobs = [:]
        world.load()
        world.run(.seconds(7200))
        if whileDown { world.kill() }
        world.jobs = ["j": job]
        if whileDown { world.start() } else { world.load() }
        #expect(world.starts.count == 1)
        world.run(.seconds(300))
        #expect(world.starts.count == 2)
        #expect(world.rows(of: "j").count == 2)
        #expect(try world.findings() == [])
    }

    @Test func aSlotWhoseJitterIsNotOverSurvivesAnEdit() throws {
        let world = try world(["30 10 * * *"]) { $0.timing.jitter = .seconds(3600) }
        let jitter = try #require(world.ledger.cursors["j"]?.jitter)
        world.run(.seconds(1770) + jitter - .seconds(2))
        try world.write(["30 10 * * *", "0 23 * * *"], name: "j") { $0.timing.jitter = .seconds(3600) }
        world.load()
        world.run(.seconds(10))
        #expect(world.starts.map(\.slot) == [.instant(at("10:30:00"))])
        #expect(try world.findings() == [])
    }

    @Test func otherKeysOfAFileChangeNothingAboutItsSlots() throws {
        let world = try world(["*/5 * * * *"])
        world.kill()
        try world.write(["*/5 * * * *"], name: "j") { $0.description = "new words" }
        world.stall(.seconds(360))
        world.start()
        #expect(world.starts.map(\.trigger) == [.catchUp])
        #expect(try world.findings() == [])
    }
}
