import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

@Suite struct SilenceScenarioTests {
    private func world(_ schedules: [String] = ["*/5 * * * *"]) throws -> World {
        let world = World(at: at("10:00:30"))
        try world.write(schedules, name: "j")
        world.start()
        return world
    }

    @Test func aPauseIsOneRowWakesNobodyAndEndsOnTime() throws {
        let world = try world()
        try world.change { try $0.pause("j", until: at("12:00:00"), now: world.wall) }
        #expect(world.scheduler?.nextAlarm == at("12:00:00"))
        world.run(.seconds(2 * 3600))
        let rows = world.rows(of: "j")
        #expect(rows.map(\.account).first == .skipped(.paused))
        #expect(rows.map(\.count) == [23, 1])
        #expect(world.starts.map(\.dueAt) == [at("12:00:00")], "the slot at the pause's end runs")
        #expect(try world.findings() == [])
    }

    @Test func aPauseThatEndedWhileDownLeavesTheRestToCatchUp() throws {
        let world = try world()
        try world.change { try $0.pause("j", until: at("11:00:00"), now: world.wall) }
        world.kill()
        world.stall(.seconds(2 * 3600 + 60))
        world.start()
        #expect(world.rows(of: "j").map(\.account).prefix(2) == [.skipped(.paused), .missed(.down)])
        #expect(world.starts.map(\.trigger) == [.catchUp])
        #expect(try world.findings() == [])
    }

    @Test func aPauseSurvivesARestartAndResumeEndsIt() throws {
        let world = try world(["@every 5m"])
        world.run(.seconds(400))
        try world.change { try $0.pause("j", until: nil, now: world.wall) }
        #expect(world.scheduler?.nextAlarm == nil)
        world.kill()
        world.start()
        world.run(.seconds(800))
        try world.change { try $0.resume("j", now: world.wall) }
        // 400 s + 800 s: the beat of 300 s goes on.
        #expect(world.scheduler?.nextAlarm == at("10:00:30").moved(by: .seconds(1500)))
        #expect(world.rows(of: "j").map(\.count) == [1, 3])
        #expect(try world.findings() == [])
    }

    @Test func whatIsDueWhenThePauseBeginsStillRuns() throws {
        let world = try world()
        world.stall(.seconds(270))
        try world.change { try $0.pause("j", until: nil, now: world.wall) }
        #expect(world.starts.map(\.dueAt) == [at("10:05:00")])
    }

    @Test func aRetryOfAPausedJobGoesOn() throws {
        let world = try world()
        world.behaviour = { run in (.seconds(5), .exits(run.attempt == 1 ? 1 : 0)) }
        try world.write(["*/5 * * * *"], name: "j") { $0.retry = RetryPolicy(attempts: 2) }
        world.load()
        world.run(.seconds(280))
        try world.change { try $0.pause("j", until: nil, now: world.wall) }
        world.run(.seconds(600))
        #expect(world.runs(of: "j").map(\.state) == [.succeeded])
    }

    @Test func disabledThenEnabledIsOneRowAlsoOverARestartAndAPause() throws {
        let world = try world()
        try world.write(["*/5 * * * *"], name: "j") { $0.enabled = false }
        world.load()
        #expect(world.scheduler?.nextAlarm == nil)
        try world.change { try $0.pause("j", until: at("10:30:00"), now: world.wall) }
        world.run(.seconds(3600))
        world.kill()
        world.start()
        world.run(.seconds(3600))
        try world.write(["*/5 * * * *"], name: "j")
        world.load()
        #expect(world.rows(of: "j").map(\.count) == [24])
        #expect(world.rows(of: "j").map(\.account) == [.skipped(.disabled)])
        world.run(.seconds(300))
        #expect(world.starts.count == 1)
        #expect(try world.findings() == [])
    }

    @Test func aStepBackDuringASilenceEndsItsRow() throws {
        let world = try world()
        try world.change { try $0.pause("j", until: nil, now: world.wall) }
        world.run(.seconds(7200))
        world.setClock(by: .seconds(-3600))
        world.run(.seconds(600))
        try world.change { try $0.resume("j", now: world.wall) }
        #expect(world.rows(of: "j").map(\.era) == [0, 1])
        #expect(world.rows(of: "j").map(\.count) == [24, 2])
        #expect(try world.findings() == [])
    }

    @Test func aStepBackWhileDownEndsItTooInItsEra() throws {
        let world = try world()
        try world.change { try $0.pause("j", until: nil, now: world.wall) }
        world.run(.seconds(7200))
        try world.write(["0 * * * *"], name: "other")
        world.load()
        world.kill()
        world.setClockUnseen(by: .seconds(-3600))
        world.start()
        world.run(.seconds(600))
        try world.change { try $0.resume("j", now: world.wall) }
        #expect(world.rows(of: "j").map(\.count) == [24, 2])
        #expect(try world.findings() == [])
    }

    @Test func alarmsThatAreOutOfDateDoNotPileUp() throws {
        let world = try world()
        for minute in 1...3_000 {
            try world.change { try $0.pause("j", until: world.wall.moved(by: .seconds(minute * 60)), now: world.wall) }
        }
        let scheduler = try #require(world.scheduler)
        #expect(scheduler.alarmCount <= Scheduler.staleAlarmBound + 4)
        #expect(scheduler.nextAlarm == world.wall.moved(by: .seconds(3_000 * 60)))
    }

    @Test func anUnknownJobIsRefused() throws {
        var scheduler = try #require(try world().scheduler)
        #expect(throws: SchedulerRefusal.unknownJob("x")) { try scheduler.pause("x", until: nil, now: at("10:00:00")) }
        #expect(throws: SchedulerRefusal.unknownJob("x")) { try scheduler.resume("x", now: at("10:00:00")) }
        #expect(throws: SchedulerRefusal.unknownJob("x")) { try scheduler.requestRun("x", dryRun: false, now: at("10:00:00")) }
    }
}
