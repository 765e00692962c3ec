import CronSchedule
import Daemon
import Ledger
import SchedulerCore
import Testing

/// Receivers that keep alerts in memory hear of what goes on again and again, and of nothing else.
@Suite struct AlertRepeatTests {
    private static let job = Workspace.job("j", schedule: "* * * * *")

    private func advance(_ bench: AlertBench, by duration: Duration) {
        // No slot passes meanwhile.
        bench.outboxClock.advance(by: duration)
        bench.outboxClock.nudge()
    }

    private func alarm(_ bench: AlertBench, in duration: Duration) async throws {
        try await bench.settled { bench.outboxClock.alarm == bench.outboxClock.now().moved(by: duration) }
    }

    @Test func whatGoesOnIsToldAgainUntilItIsOver() async throws {
        let bench = try await AlertBench([Self.job], repeats: ["ops": .seconds(240)])
        try await bench.working {
            try await bench.run(.exited(code: 1))
            await bench.arrivals(1)
            try await alarm(bench, in: .seconds(240))
            for count in 2...3 {
                advance(bench, by: .seconds(240))
                await bench.arrivals(count)
                try await alarm(bench, in: .seconds(240))
            }
            try await bench.run(.exited(code: 0))
            await bench.arrivals(4)
            try await bench.settled { try bench.ledger.waitingNotices() == 0 }
            advance(bench, by: .seconds(240))
            try await bench.settled { bench.outboxClock.alarm == nil }
        }
        #expect(bench.receiver.told == Array(repeating: "firing j/failure>ops", count: 3) + ["resolved j/failure>ops"])
        #expect(Set(bench.receiver.deliveries.prefix(3)).count == 1, "it is the same notice")
        #expect(try bench.ledger.notices(of: bench.receiver.alerts[0], limit: 9).map(\.tries) == [1, 1], "nothing is written")
    }

    @Test func theNextDaemonRepeatsAtOnceAndAReceiverThatIsGoneIsAskedAgainLater() async throws {
        let space = try Workspace()
        let first = try await AlertBench([Self.job], space: space)
        try await first.working {
            try await first.run(.exited(code: 1))
            await first.arrivals(1)
            try await first.settled { try first.ledger.waitingNotices() == 0 }
        }
        try first.ledger.close()
        let second = try await AlertBench([Self.job], space: space, now: first.clock.now(), repeats: ["ops": .seconds(240)])
        second.receiver.answer { _, _ in .again(reason: "no route", retryAfter: nil) }
        try await second.working {
            await second.arrivals(1)
            try await alarm(second, in: .seconds(240))
            second.receiver.answer { _, _ in .delivered }
            advance(second, by: .seconds(240))
            await second.arrivals(2)
        }
        #expect(second.receiver.told == ["firing j/failure>ops", "firing j/failure>ops"])
    }

    @Test func withoutAnAlertThereIsNoTimer() async throws {
        let bench = try await AlertBench([Self.job], repeats: ["ops": .seconds(240)])
        try await bench.working {
            try await bench.settled { bench.outboxClock.alarm == nil }
        }
        #expect(bench.receiver.told.isEmpty)
    }
}
