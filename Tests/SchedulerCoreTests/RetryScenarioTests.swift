import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

@Suite struct RetryScenarioTests {
    private func world(_ fate: World.Process.Fate, kind: String = World.programKind) throws -> World {
        let world = World(at: at("10:00:30"))
        world.behaviour = { run in (.seconds(10), run.attempt < 3 ? fate : .exits(0)) }
        try world.write(["0 11 * * *"], name: "j") {
            $0.kind = kind
            $0.retry = RetryPolicy(attempts: 3, backoff: .exponential, initial: .seconds(600), max: .seconds(3600))
        }
        world.start()
        world.run(.seconds(3570 + 20))
        return world
    }

    @Test func thePauseSurvivesARestartToTheSecond() throws {
        let world = try world(.exits(1))
        #expect(world.runs(of: "j").map(\.state) == [.retrying])
        #expect(world.scheduler?.nextAlarm == at("11:10:10"))
        world.kill()
        world.stall(.seconds(300))
        world.start()
        #expect(world.scheduler?.nextAlarm == at("11:10:10"))
        world.run(.seconds(2400))
        #expect(world.starts.map(\.attempt) == [1, 2, 3])
        #expect(world.runs(of: "j").map(\.state) == [.succeeded])
        #expect(world.ledger.attempts.count == 3)
        #expect(try world.findings() == [])
    }

    @Test func aRetryThatCameDueWhileDownStartsAtOnce() throws {
        let world = try world(.exits(1))
        world.kill()
        world.stall(.seconds(3 * 86_400))
        world.start()
        #expect(world.runs(of: "j").first?.attempt == 2)
        #expect(world.runs(of: "j").first?.state == .running)
    }

    @Test(arguments: [RunVerdict.Cause.timedOut, .vanished, .signalled(signal: 9)])
    func timedOutInterruptedAndKilledRunsAreTriedAgain(_ cause: RunVerdict.Cause) throws {
        let world = try world(.ends(cause))
        #expect(world.runs(of: "j").map(\.state) == [.retrying])
        world.run(.seconds(4000))
        #expect(world.runs(of: "j").map(\.state) == [.succeeded])
        #expect(try world.findings() == [])
    }

    @Test func noFurtherAttemptWhenTheWorkerSaysItCannotHelp() throws {
        let result = WireEvent.Result(outcome: .failed, summary: "no such folder", numbers: [:], retry: .cannotHelp)
        let world = try world(.reports(result), kind: "backup")
        #expect(world.runs(of: "j").map(\.state) == [.failed])
    }

    @Test func aRunByHandHasOneAttempt() throws {
        let world = World(at: at("10:00:30"))
        world.behaviour = { _ in (.seconds(10), .exits(1)) }
        try world.write([], name: "j") { $0.retry = RetryPolicy(attempts: 3, backoff: .constant, initial: .seconds(1), max: .seconds(1)) }
        world.start()
        try world.change { try $0.requestRun("j", dryRun: false, now: world.wall).actions }
        world.run(.seconds(60))
        #expect(world.runs(of: "j").map(\.state) == [.failed])
        #expect(world.starts.map(\.attempt) == [1])
    }

    @Test func noFurtherAttemptAfterACancel() throws {
        let world = try world(.exits(1))
        let id = try #require(world.runs(of: "j").first?.id)
        world.change { $0.cancel(id, now: world.wall) }
        #expect(world.runs(of: "j").map(\.state) == [.cancelled])
        #expect(world.runs(of: "j").first?.ending?.summary == "cancelled on request")
        #expect(world.scheduler?.nextAlarm == at("11:00:00").moved(by: .seconds(86_400)))
        #expect(world.ledger.attempts.count == 1)
        #expect(try world.findings() == [])
    }

    @Test func aLiveRunIsAskedToStopAndFailsForGood() throws {
        let world = World(at: at("10:59:00"))
        world.behaviour = { _ in (.seconds(60), .exits(1)) }
        try world.write(["0 11 * * *"], name: "j") { $0.retry = RetryPolicy(attempts: 3) }
        world.start()
        world.run(.seconds(61))
        let id = try #require(world.starts.first?.id)
        world.change { $0.cancel(id, now: world.wall) }
        #expect(world.stops == [id])
        world.run(.seconds(5))
        #expect(world.runs(of: "j").map(\.state) == [.cancelled])
    }

    @Test func aStartThatIsRefusedEndsTheRunAndSaysWhy() throws {
        let world = World(at: at("10:59:00"))
        world.refusesStart = { _ in true }
        try world.write(["0 11 * * *"], name: "j") { $0.retry = RetryPolicy(attempts: 3) }
        world.start()
        world.run(.seconds(61))
        #expect(world.runs(of: "j").map(\.state) == [.failed])
        #expect(world.runs(of: "j").first?.ending?.summary == "cannot start: execve: refused")
        #expect(try world.findings() == [])
    }

    @Test func theSameEndTwiceCountsOnce() throws {
        let world = World(at: at("10:59:00"))
        world.behaviour = { _ in (.seconds(600), .exits(1)) }
        try world.write(["0 11 * * *"], name: "j") { $0.retry = RetryPolicy(attempts: 3) }
        world.start()
        world.run(.seconds(61))
        let end = AttemptEnd(run: world.starts[0].id, attempt: 1, cause: .stopped, endedAt: world.wall)
        var failure = end
        failure.cause = .exited(code: 1)
        world.change { $0.pass(now: world.wall, elapsed: world.elapsed, ends: [failure, end]) }
        #expect(world.runs(of: "j").map(\.state) == [.retrying])
        #expect(try world.findings() == [])
    }
}
