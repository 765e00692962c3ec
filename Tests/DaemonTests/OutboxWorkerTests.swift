import CronSchedule
import Daemon
import Ledger
import SchedulerCore
import Testing

/// Notices on their way: none lost, each alert's in order, each channel by itself.
@Suite struct OutboxWorkerTests {
    private static let job = Workspace.job("j", schedule: "* * * * *")

    @Test func aFailureAndARecoveryAreToldAndNothingIsDueAfterwards() async throws {
        let bench = try await AlertBench([Self.job])
        try await bench.working {
            try await bench.run(.exited(code: 1))
            await bench.arrivals(1)
            try await bench.run(.exited(code: 0))
            await bench.arrivals(2)
            try await bench.settled { try bench.ledger.waitingNotices() == 0 }
        }
        #expect(bench.receiver.told == ["firing j/failure>ops", "resolved j/failure>ops"])
        #expect(bench.outboxClock.alarm == nil, "there is no timer while nothing is due")
    }

    @Test func afterAnOutageBothComeInOrderWithTheIdsTheyHad() async throws {
        let bench = try await AlertBench([Self.job])
        bench.receiver.answer { _, _ in .again(reason: "no route", retryAfter: nil) }
        try await bench.working {
            try await bench.run(.exited(code: 1))
            await bench.arrivals(1)
            try await bench.run(.exited(code: 0))
            while bench.receiver.told.count < 4 {
                try await bench.rested()
                let count = bench.receiver.told.count
                bench.advance(by: .seconds(60))
                bench.outboxClock.nudge()
                await bench.arrivals(count + 1)
            }
            bench.receiver.answer { _, _ in .delivered }
            try await bench.rested()
            bench.advance(by: .seconds(120))
            bench.outboxClock.nudge()
            try await bench.settled { try bench.ledger.waitingNotices() == 0 }
        }
        let told = bench.receiver.told
        #expect(told.dropLast().allSatisfy { $0 == "firing j/failure>ops" } && told.last == "resolved j/failure>ops", "\(told)")
        #expect(Set(bench.receiver.deliveries).count == 2, "each try has the id of the first")
    }

    @Test func aChannelThatAsksForAPauseIsLeftAloneWithAllItsNotices() async throws {
        let other = Workspace.job("k", schedule: "* * * * *")
        let bench = try await AlertBench([Self.job, other])
        bench.receiver.answer { _, _ in .again(reason: "429", retryAfter: .seconds(600)) }
        try await bench.working {
            bench.advance(by: .seconds(60))
            await bench.loop.pass()
            for run in bench.engine.started { bench.engine.end(run, cause: .exited(code: 1)) }
            try await bench.loop.passUntil { bench.engine.finished.count == 2 }
            await bench.arrivals(1)
            try await bench.settled { bench.outboxClock.alarm == bench.outboxClock.now().moved(by: .seconds(600)) }
            bench.receiver.answer { _, _ in .delivered }
            // The wall clock is not what it waits for.
            bench.outboxClock.set(to: bench.outboxClock.now().moved(by: .seconds(-7200)))
            bench.outboxClock.nudge()
            try await bench.settled { bench.outboxClock.alarm == bench.outboxClock.now().moved(by: .seconds(600)) }
            #expect(bench.receiver.told.count == 1)
            bench.outboxClock.advance(by: .seconds(600))
            bench.outboxClock.nudge()
            try await bench.settled { try bench.ledger.waitingNotices() == 0 }
        }
        #expect(bench.receiver.told.count == 3 && Set(bench.receiver.told) == ["firing j/failure>ops", "firing k/failure>ops"])
    }

    @Test func aChannelThatHangsDelaysNoOther() async throws {
        let bench = try await AlertBench([Self.job]) { $0.criticalChannels = ["dead", "ops"] }
        bench.receiver.answer { _, channel in channel == "dead" ? nil : .delivered }
        try await bench.working {
            try await bench.run(.exited(code: 1))
            try await bench.run(.exited(code: 0))
            await bench.arrivals(3)
            try await bench.settled { try bench.ledger.waitingNotices() == 2 }
        }
        #expect(bench.receiver.told.filter { $0.hasSuffix(">ops") } == ["firing j/failure>ops", "resolved j/failure>ops"])
        let rows = try bench.ledger.notices(limit: 9)
        #expect(rows.map(\.channel) == ["dead", "dead"])
        #expect(rows.map(\.tries) == [1, 0], "the try that was cut off is counted, so that it is pushed back")
    }

    @Test func whatARefusingChannelDoesNotTakeGoesToTheFallback() async throws {
        let bench = try await AlertBench([Self.job]) { $0.receivers = ["ops": AlertReceiver(fallback: "mail"), "mail": AlertReceiver()] }
        bench.receiver.answer { _, channel in channel == "ops" ? .refused(reason: "status 404") : .delivered }
        try await bench.working {
            try await bench.run(.exited(code: 1))
            await bench.arrivals(3)
            try await bench.settled { try bench.ledger.waitingNotices() == 0 }
        }
        #expect(bench.receiver.told == ["firing j/failure>ops", "firing j/failure>mail", "firing acore-sched:/channel/ops>mail"])
        #expect(try bench.ledger.alerts().map(\.key.text) == ["acore-sched:/channel/ops", "j/failure"])
    }

    @Test func anOutcomeThatTheLedgerDoesNotTakeIsKeptAndNotToldAgain() async throws {
        let bench = try await AlertBench([Self.job])
        let path = bench.space.path + "/" + Ledger.fileName
        let (locks, locked) = AsyncStream.makeStream(of: WriteLockBox.self)
        bench.receiver.answer { _, _ in
            // Between the try and its mark the disk fills up.
            do {
                locked.yield(WriteLockBox(lock: try WriteLock(on: path)))
            } catch {
                Issue.record("the ledger could not be locked: \(error)")
                locked.finish()
            }
            return .delivered
        }
        try await bench.working {
            try await bench.run(.exited(code: 1))
            for await box in locks {
                try await bench.settled { bench.outboxClock.alarm == bench.outboxClock.now().moved(by: .seconds(5)) }
                box.lock.release()
                break
            }
            bench.receiver.answer { _, _ in .delivered }
            bench.advance(by: .seconds(5))
            bench.outboxClock.nudge()
            try await bench.settled { try bench.ledger.waitingNotices() == 0 }
        }
        #expect(bench.receiver.told == ["firing j/failure>ops"])
    }

    /// Handed from the receiver's task to the test's, one after the other.
    struct WriteLockBox: @unchecked Sendable { let lock: WriteLock }

    @Test func theNextDaemonTellsWhatThisOneCouldNotMark() async throws {
        let space = try Workspace()
        let bench = try await AlertBench([Self.job], space: space)
        bench.receiver.answer { _, _ in nil }
        try await bench.working {
            try await bench.run(.exited(code: 1))
            await bench.arrivals(1)
        }
        let first = bench.receiver.deliveries
        try bench.ledger.close()
        let second = try await AlertBench([Self.job], space: space, now: bench.clock.now().moved(by: .seconds(10)))
        try await second.working {
            await second.arrivals(1)
            try await second.settled { try second.ledger.waitingNotices() == 0 }
        }
        #expect(second.receiver.deliveries == first, "the receiver can tell that it knows it already")
    }

    @Test func theNextDaemonKeepsThePauseThatAChannelAskedFor() async throws {
        let space = try Workspace()
        let bench = try await AlertBench([Self.job], space: space)
        bench.receiver.answer { _, _ in .again(reason: "429", retryAfter: .seconds(600)) }
        try await bench.working {
            try await bench.run(.exited(code: 1))
            await bench.arrivals(1)
            try await bench.settled { bench.outboxClock.alarm == bench.outboxClock.now().moved(by: .seconds(600)) }
        }
        try bench.ledger.close()
        // What comes up later has no pause of its own.
        let second = try await AlertBench(
            [Self.job, Workspace.job("k", schedule: "* * * * *")], space: space, now: bench.clock.now().moved(by: .seconds(60)))
        second.advance(by: .seconds(60))
        await second.loop.pass()
        let run = try #require(second.engine.started.first { $0.job == "k" })
        second.engine.end(run, cause: .exited(code: 1))
        try await second.loop.passUntil { second.engine.finished.count == 1 }
        try await second.working {
            try await second.settled { second.outboxClock.alarm != nil }
            #expect(second.receiver.told == [])
            #expect(second.outboxClock.alarm == bench.clock.now().moved(by: .seconds(600)))
            second.advance(by: .seconds(600))
            second.outboxClock.nudge()
            try await second.settled { try second.ledger.waitingNotices() == 0 }
        }
        #expect(Set(second.receiver.told) == ["firing j/failure>ops", "firing k/failure>ops"])
    }
}
