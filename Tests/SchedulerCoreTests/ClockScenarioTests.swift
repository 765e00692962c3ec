import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

@Suite struct ClockScenarioTests {
    private func world(_ schedules: [String], change: (inout JobDefinition) -> Void = { _ in }) throws -> World {
        let world = World(at: at("10:00:30"))
        try world.write(schedules, name: "j", change: change)
        world.start()
        return world
    }

    @Test("forward", arguments: [1, 3600, 86_400, 365 * 86_400])
    func aClockSetForwardMakesNoBurst(_ seconds: Int) throws {
        let world = try world(["* * * * *"])
        world.run(.seconds(120))
        let before = world.starts.count
        world.setClock(by: .seconds(seconds))
        #expect(world.starts.count - before == (seconds < 30 ? 0 : 1))
        world.run(.seconds(120))
        #expect(world.starts.count - before <= 3)
        if seconds <= 86_400 { #expect(try world.findings() == []) }
        #expect(world.ledger.events.map(\.kind) == [.clockForward])
        let missed = world.rows(of: "j").filter { $0.account == .missed(.clock) }
        #expect(missed.map(\.count) == (seconds == 1 ? [] : [min(SlotSpan.countBound, seconds / 60 - 1)]))
    }

    @Test("back", arguments: [1, 3600, 3 * 3600, 86_400, 365 * 86_400])
    func aClockSetBackNeitherSilencesNorBursts(_ seconds: Int) throws {
        let world = try world(["* * * * *"])
        world.run(.seconds(600))
        let before = world.starts.count
        world.setClock(by: .seconds(-seconds))
        #expect(world.starts.count == before, "the step itself starts nothing")
        world.run(.seconds(600))
        #expect(world.starts.count - before == 10)
        #expect(world.ledger.clock?.era == 1)
        #expect(try world.findings() == [])
    }

    @Test func afterASmallStepBackAFixedSlotThatHasItsRowDoesNotRunAgain() throws {
        let world = try world(["30 10 * * *"])
        world.run(.seconds(3000))
        #expect(world.starts.count == 1)
        world.setClock(by: .seconds(-3600))
        world.run(.seconds(2 * 3600))
        #expect(world.starts.count == 1)
        world.run(.seconds(86_400))
        #expect(world.starts.count == 2)
        #expect(try world.findings() == [])
    }

    @Test func afterALargeStepBackItRunsAnew() throws {
        let world = try world(["30 10 * * *"])
        world.run(.seconds(3000))
        world.setClock(by: .seconds(-4 * 3600))
        world.run(.seconds(5 * 3600))
        #expect(world.starts.count == 2)
        #expect(try world.findings() == [])
    }

    @Test func smallStepsThatAddUpCountAsALargeOne() throws {
        let world = try world(["30 10 * * *"])
        world.run(.seconds(3000))
        world.setClock(by: .seconds(-2 * 3600))
        world.setClock(by: .seconds(-2 * 3600))
        world.run(.seconds(5 * 3600))
        #expect(world.starts.count == 2)
    }

    @Test func aClockOnceAYearAheadSilencesNothing() throws {
        let world = World(at: at("10:00:30").moved(by: .seconds(365 * 86_400)))
        try world.write(["0 * * * *"], name: "slots")
        try world.write(["*/30 * * * *"], name: "first")
        try world.write([], name: "then") { $0.after = ["first"] }
        try world.write(["5 * * * *"], name: "paused")
        world.start()
        world.run(.seconds(3600))
        try world.change { try $0.pause("paused", until: world.wall.moved(by: .seconds(1800)), now: world.wall) }
        let before = world.starts.count
        world.setClock(by: .seconds(-365 * 86_400))
        world.run(.seconds(4 * 3600))
        let started = Dictionary(grouping: world.starts[before...], by: \.job).mapValues(\.count)
        #expect(started == ["slots": 4, "first": 8, "then": 8, "paused": 3])
        #expect(try world.findings() == [])
    }

    @Test func theSameAcrossARestart() throws {
        let world = World(at: at("10:00:30").moved(by: .seconds(365 * 86_400)))
        try world.write(["*/30 * * * *"], name: "first")
        try world.write([], name: "then") { $0.after = ["first"] }
        try world.write(["@every 10m"], name: "beat")
        world.start()
        world.run(.seconds(3600))
        world.kill()
        world.setClockUnseen(by: .seconds(-365 * 86_400))
        let before = world.starts.count
        world.start()
        world.run(.seconds(4 * 3600))
        let started = Dictionary(grouping: world.starts[before...], by: \.job).mapValues(\.count)
        #expect(started["first"] == 8)
        #expect((7...8).contains(started["then"] ?? 0))
        #expect((23...24).contains(started["beat"] ?? 0))
        #expect(world.ledger.clock?.era == 1)
        #expect(try world.findings() == [])
    }

    @Test func anIntervalOfElapsedTimeKeepsItsBeatOverEveryStep() throws {
        let world = try world(["@every 10m"])
        world.run(.seconds(250))
        for step in [3600, -3600, 86_400, -86_400, 365 * 86_400, -365 * 86_400, 1, -1] {
            world.setClock(by: .seconds(step))
            world.run(.seconds(600))
        }
        #expect(world.starts.count == 8)
        #expect(world.rows(of: "j").allSatisfy { $0.count == 1 && $0.latenessMilliseconds < 1000 })
        #expect(try world.findings() == [])
    }

    @Test func aPauseBeforeAnAttemptIsASpanWhateverTheClockSays() throws {
        for step in [86_400, -86_400, 3600, -3600] {
            let world = try world(["5 10 * * *"]) { $0.retry = RetryPolicy(attempts: 2, backoff: .constant, initial: .seconds(600)) }
            world.behaviour = { _ in (.seconds(10), .exits(1)) }
            world.run(.seconds(300))
            #expect(world.runs(of: "j").map(\.state) == [.retrying])
            world.setClock(by: .seconds(step))
            world.run(.seconds(570))
            #expect(world.starts.map(\.attempt) == [1], "\(step)")
            world.run(.seconds(30))
            #expect(world.starts.filter { $0.id == world.starts[0].id }.map(\.attempt) == [1, 2], "\(step)")
        }
    }

    @Test func anEndThatTheLauncherWroteUnderAWrongClockDoesNotMislead() throws {
        let world = try world(["5 10 * * *"]) { $0.retry = RetryPolicy(attempts: 2, backoff: .constant, initial: .seconds(60)) }
        try world.write([], name: "then") { $0.after = ["j"] }
        world.behaviour = { run in (.seconds(10), .exits(run.attempt == 1 && run.job == "j" ? 1 : 0)) }
        world.load()
        world.run(.seconds(275))
        world.setClock(by: .seconds(365 * 86_400))
        world.stall(.seconds(20))
        world.setClockUnseen(by: .seconds(-365 * 86_400))
        world.pass()
        world.run(.seconds(300))
        #expect(world.runs(of: "j").map(\.state) == [.succeeded])
        #expect(world.starts.count { $0.job == "then" } == 1)
    }

    @Test func aRestartDoesNotFireABootSlotAgainAndANewBootDoes() throws {
        let world = try world(["@reboot"])
        #expect(world.starts.count == 1)
        world.run(.seconds(60))
        world.kill()
        world.start()
        #expect(world.starts.count == 1)
        world.setClock(by: .seconds(-86_400))
        world.kill()
        world.start()
        #expect(world.starts.count == 1)
        world.reboot()
        world.start()
        #expect(world.starts.count == 2)
        #expect(world.rows(of: "j").count == 2)
    }

    @Test func aBootSlotIsNotOwedToAFileThatComesLater() throws {
        let world = try world(["0 * * * *"])
        try world.write(["@reboot"], name: "late")
        world.load()
        #expect(world.starts.isEmpty)
        world.kill()
        world.start()
        #expect(world.starts.isEmpty)
        world.reboot()
        world.start()
        #expect(world.starts.map(\.job) == ["late"])
    }

    @Test func aBootSlotWaitsForItsCondition() throws {
        let world = World(at: at("10:00:30"))
        try world.write(["@reboot"], name: "j") { $0.after = ["first"] }
        try world.write(["5 10 * * *"], name: "first")
        world.start()
        #expect(world.starts.isEmpty)
        world.kill()
        world.start()
        world.run(.seconds(300))
        #expect(world.starts.map(\.job) == ["first", "j"])
        #expect(world.rows(of: "j").count == 1)
        #expect(try world.findings() == [])
    }
}
