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

    @Test func whatFilesDoToJobsIsWrittenDown() throws {
        let world = try world(["0 2 * * *"])
        #expect(world.ledger.events.isEmpty, "the first daemon finds its jobs")
        try world.write(["0 3 * * *"], name: "j")
        try world.write(["0 4 * * *"], name: "k")
        world.load()
        try world.write(["0 3 * * *"], name: "j") { $0.timeout = .seconds(5) }
        world.load()
        world.kill()
        world.jobs["k"] = nil
        try world.write(["0 5 * * *"], name: "j")
        world.start()
        world.kill()
        try world.write(["0 4 * * *"], name: "k")
        world.start()
        let events = world.ledger.events.filter { $0.job != nil }
        #expect(
            events.map { "\($0.kind.rawValue) \($0.job ?? "")" } == [
                "job_changed j", "job_added k", "job_changed j", "job_removed k", "job_added k",
            ])
        #expect(try world.findings() == [])
    }

    @Test func whatWasDueUnderTheOldFileIsDecidedBeforeTheNewOne() throws {
        let world = try world(["5 10 * * *"])
        world.stall(.seconds(280))
        try world.write(["0 23 * * *"], name: "j")
        world.changeFiles()
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

    @Test func aPauseOutlivesAChangeOfTheFile() throws {
        let world = try world(["*/5 * * * *"])
        try world.change { try $0.pause("j", until: at("10:17:00"), now: world.wall) }
        world.run(.seconds(300))
        try world.write(["*/2 * * * *"], name: "j")
        world.load()
        world.run(.seconds(400))
        #expect(world.starts.isEmpty)
        world.run(.seconds(400))
        #expect(world.starts.first?.slot == .instant(at("10:18:00")))
        #expect(try world.findings() == [])
    }

    @Test func oneChangeAmongManyJobsTouchesOneRow() throws {
        let world = World(at: at("10:00:30"))
        for number in 0..<2_000 { try world.write(["\(number % 60) \(number % 24) * * *"], name: "job\(number)") }
        world.start()
        try world.write(["5 5 5 * *"], name: "job7")
        let before = try #require(world.scheduler)
        var after = before
        let changes = JobChanges(from: before.entries.mapValues(\.job), to: world.jobs)
        #expect(changes.changed.map(\.definition.name) == ["job7"])
        #expect(changes.unchanged == 1_999)
        let actions = after.change(changes, now: world.wall)
        #expect(actions.cursors.map(\.job) == ["job7"])
        #expect(after.alarmCount == before.alarmCount + 1)
        for name in before.jobNames where name != "job7" { #expect(after.nextDue(of: name) == before.nextDue(of: name)) }
    }

    @Test func aWaitFollowsTheDeadlineOfTheChangedFile() throws {
        let world = try world(["0 4 * * *"])
        try world.write(["5 10 * * *"], name: "later") {
            $0.after = ["j"]
            $0.catchUp.deadline = .seconds(36_000)
        }
        world.load()
        world.run(.seconds(600))
        try world.write(["5 10 * * *"], name: "later") {
            $0.after = ["j"]
            $0.catchUp.deadline = .seconds(1_200)
        }
        world.load()
        world.run(.seconds(1_200))
        #expect(world.rows(of: "later").map(\.account) == [.skipped(.condition)])
        #expect(world.starts.isEmpty)
    }

    @Test func aJobThatNoLongerWaitsIsNotStartedByTheOther() throws {
        let world = try world(["5 10 * * *"])
        try world.write([], name: "follower") { $0.after = ["j"] }
        world.load()
        try world.write(["0 4 * * *"], name: "follower")
        world.load()
        world.run(.seconds(600))
        #expect(world.starts.map(\.job) == ["j"])
        try world.write([], name: "follower") { $0.after = ["j"] }
        world.load()
        world.run(.seconds(86_400))
        #expect(world.starts.map(\.job) == ["j", "j", "follower"])
    }
}
