import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

@Suite struct ConditionScenarioTests {
    /// `first` at 10:05 each hour; `then` at 10:02 each hour after it.
    private func world(fails: Bool = false, deadline: Duration = .seconds(600), every: String = "2 * * * *") throws -> World {
        let world = World(at: at("10:00:30"))
        world.behaviour = { run in (.seconds(20), .exits(fails && run.job == "first" ? 1 : 0)) }
        try world.write(["5 * * * *"], name: "first")
        try world.write([every], name: "then") {
            $0.after = ["first"]
            $0.catchUp.deadline = deadline
        }
        world.start()
        return world
    }

    @Test func aSlotWaitsForTheConditionAndThenRuns() throws {
        let world = try world()
        world.run(.seconds(100))
        #expect(world.rows(of: "then").map(\.account) == [.waiting(.schedule)])
        world.run(.seconds(200))
        #expect(world.starts.map(\.job) == ["first", "then"])
        #expect(world.rows(of: "then").map(\.detail) == ["its condition held"])
        #expect(try world.findings() == [])
    }

    @Test func itIsGivenUpAtTheDeadline() throws {
        let world = try world(fails: true)
        world.run(.seconds(90 + 600))
        #expect(world.rows(of: "then").map(\.account) == [.skipped(.condition)])
        #expect(world.rows(of: "then").map(\.detail) == ["first did not succeed in time"])
        #expect(try world.findings() == [])
    }

    @Test func theNextSlotTakesItsPlace() throws {
        let world = try world(fails: true, every: "*/2 * * * *")
        world.run(.seconds(240))
        #expect(world.rows(of: "then").map(\.account) == [.skipped(.condition), .waiting(.schedule)])
        #expect(world.rows(of: "then").first?.detail == "the next slot came due first")
        #expect(try world.findings() == [])
    }

    @Test func aWaitSurvivesARestart() throws {
        let world = try world()
        world.run(.seconds(100))
        world.kill()
        world.start()
        world.run(.seconds(200))
        #expect(world.starts.map(\.job) == ["first", "then"])
        #expect(world.rows(of: "then").count == 1)
        #expect(try world.findings() == [])
    }

    @Test(arguments: [86_400, -86_400])
    func itsDeadlineIsASpanWhateverTheClockSays(_ step: Int) throws {
        let world = try world(fails: true, every: "2 10 15 1 *")
        world.run(.seconds(100))
        world.setClock(by: .seconds(step))
        world.run(.seconds(570))
        #expect(world.rows(of: "then").first?.account == .waiting(.schedule))
        world.run(.seconds(20))
        #expect(world.rows(of: "then").first?.account == .skipped(.condition))
    }

    @Test func aSlotThatWaitsIsSkippedWhenItsJobIsPaused() throws {
        let world = try world()
        world.run(.seconds(100))
        try world.change { try $0.pause("then", until: nil, now: world.wall) }
        world.run(.seconds(400))
        #expect(world.rows(of: "then").map(\.account) == [.skipped(.paused)])
        #expect(world.starts.map(\.job) == ["first"])
    }

    @Test func aSlotThatWaitedReplacesTheEarlierRun() throws {
        let world = World(at: at("10:00:30"))
        world.behaviour = { run in (.seconds(run.job == "then" ? 5000 : 20), .exits(0)) }
        try world.write(["5 * * * *", "10 * * * *"], name: "first")
        try world.write(["2 * * * *", "7 * * * *"], name: "then") {
            $0.after = ["first"]
            $0.overlap = .replace
        }
        world.start()
        world.run(.seconds(700))
        #expect(world.starts.count { $0.job == "then" } == 2)
        #expect(world.stops.count == 1)
        #expect(try world.findings() == [])
    }

    @Test func aJobWithoutAScheduleStartsAfterTheOthersAndNotInCircles() throws {
        let world = World(at: at("10:00:30"))
        try world.write(["5 10 * * *"], name: "a")
        try world.write(["10 10 * * *", "20 10 * * *"], name: "b")
        try world.write([], name: "c") { $0.after = ["a", "b"] }
        world.start()
        world.run(.seconds(3600))
        #expect(world.starts.map(\.job) == ["a", "b", "c", "b"])
        world.run(.seconds(86_400))
        #expect(world.starts.map(\.job) == ["a", "b", "c", "b", "a", "c", "b", "b"])
        #expect(try world.findings() == [])
    }

    @Test func aSuccessDuringItsOwnRunStartsItOnceMore() throws {
        let world = World(at: at("10:00:30"))
        world.behaviour = { run in (.seconds(run.job == "c" ? 100 : 5), .exits(0)) }
        try world.write(["*/1 * * * *"], name: "a")
        try world.write([], name: "c") { $0.after = ["a"] }
        world.start()
        world.run(.seconds(600))
        #expect(world.starts.count { $0.job == "c" } == 6)
        #expect(try world.findings() == [])
    }

    @Test func groupsTakeTurns() throws {
        let world = World(at: at("10:00:30"))
        world.limits = .init(groups: ["net": 2])
        for name in ["a", "b", "c"] { try world.write(["5 10 * * *"], name: name) { $0.group = "disk" } }
        for name in ["x", "y", "z"] { try world.write(["5 10 * * *"], name: name) { $0.group = "net" } }
        world.start()
        world.run(.seconds(271))
        #expect(world.processes.count == 3)
        world.run(.seconds(30))
        #expect(world.starts.map(\.dueAt) == Array(repeating: at("10:05:00"), count: 6))
        #expect(Set(world.starts.prefix(3).map(\.job)).intersection(["a", "b", "c"]).count == 1)
        #expect(try world.findings() == [])
    }

    @Test func aRunByHandIsRefusedWhileOneGoesOnAndStartsOtherwise() throws {
        let world = World(at: at("10:00:30"))
        world.behaviour = { _ in (.seconds(60), .exits(0)) }
        try world.write(["5 10 * * *"], name: "j") { $0.enabled = false }
        try world.write([], name: "many") { $0.overlap = .allow }
        world.start()
        for job in ["j", "many", "many"] {
            try world.change { try $0.requestRun(job, dryRun: true, now: world.wall).actions }
        }
        #expect(world.starts.map(\.job) == ["j", "many", "many"])
        #expect(world.starts.allSatisfy { $0.trigger == .manual && $0.dryRun })
        #expect(throws: SchedulerRefusal.busy(world.starts[0].id)) {
            try world.change { try $0.requestRun("j", dryRun: false, now: world.wall).actions }
        }
        for _ in 0..<13 + OverlapPolicy.waitingBound - 1 {
            try world.change { try $0.requestRun("many", dryRun: false, now: world.wall).actions }
        }
        #expect(world.processes.count == 16)
        try world.change { try $0.requestRun("many", dryRun: false, now: world.wall).actions }
        #expect(throws: SchedulerRefusal.tooManyWaiting(OverlapPolicy.waitingBound)) {
            try world.change { try $0.requestRun("many", dryRun: false, now: world.wall).actions }
        }
        #expect(try world.findings() == [])
    }
}
