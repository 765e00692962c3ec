import CronSchedule
import Daemon
import SchedulerCore
import Synchronization
import Testing

/// A loop that hangs is told from one that has nothing to do.
@Suite struct PulseTests {
    @Test(
        "complaints",
        arguments: [
            (Pulse(), nil),
            (Pulse(passBegan: .seconds(970)), nil),
            (Pulse(passBegan: .seconds(969)), "a pass of the scheduler has gone on for 31 s"),
            (Pulse(due: .seconds(5000)), nil),
            (Pulse(due: .seconds(970)), nil),
            (Pulse(due: .seconds(900)), "the scheduler was due 100 s ago and has not looked at the clock"),
            // It looks just now, however late.
            (Pulse(passBegan: .seconds(999), due: .seconds(900)), nil),
            (Pulse(askedAt: .seconds(970)), nil),
            (Pulse(due: .seconds(2000), askedAt: .seconds(900)), "the scheduler has not answered for 100 s"),
        ] as [(Pulse, String?)])
    func complains(_ pulse: Pulse, _ expected: String?) { #expect(pulse.complaint(at: .seconds(1000)) == expected) }

    private static func scheduler() throws -> Scheduler {
        Scheduler(
            surroundings: .init(host: "host", bootID: "boot"), past: .init(), now: try at("10:00:00"), elapsed: .seconds(1))
    }

    /// Lets a question through when it is told to.
    private final class Gate: Sendable {
        private let passes: AsyncStream<Void>
        private let opener: AsyncStream<Void>.Continuation
        private let count = Mutex(0)

        init() { (passes, opener) = AsyncStream.makeStream() }

        var asked: Int { count.withLock { $0 } }
        func open() { opener.yield() }
        func wait() async {
            count.withLock { $0 += 1 }
            for await _ in passes { return }
        }
    }

    @Test func aLoopThatDoesNotAnswerIsAskedOnceAndHoldsNobodyUp() async throws {
        let gate = Gate()
        let now = Mutex(Duration.seconds(100))
        let answer = try Self.scheduler()
        let inquiry = Inquiry(uptime: { now.withLock { $0 } }) {
            await gate.wait()
            return answer
        }
        #expect(inquiry.askedAt == nil)
        #expect(await inquiry.answer(within: .milliseconds(20)) == nil)
        now.withLock { $0 = .seconds(150) }
        inquiry.put()
        #expect(await inquiry.answer(within: .milliseconds(20)) == nil)
        #expect(inquiry.askedAt == .seconds(100))
        #expect(gate.asked == 1)
        // It goes on after all: whoever waits then has the answer.
        async let late = inquiry.answer(within: .seconds(60))
        gate.open()
        gate.open()
        #expect(await late != nil)
        #expect(inquiry.askedAt == nil)
    }

    @Test func theLoopTellsWhatItIsAtAndWhenItIsDue() async throws {
        let space = try Workspace()
        let clock = ManualLoopClock(now: try at("10:00:30"))
        let meter = LoopMeter { clock.elapsed() }
        let ledger = try space.ledger(at: clock.now())
        let loop = try await space.loop(
            [Workspace.job("j", schedule: "* * * * *")], ledger: ledger, engine: MemoryEngine(clock: clock), clock: clock, meter: meter)
        let begin = clock.elapsed()
        #expect(meter.pulse == Pulse(due: begin + .seconds(30)))
        clock.advance(by: .seconds(61))
        #expect(meter.pulse.complaint(at: clock.elapsed()) == "the scheduler was due 31 s ago and has not looked at the clock")
        await loop.pass()
        #expect(meter.pulse == Pulse(due: begin + .seconds(90)))
        let blocker = try WriteLock(on: space.path + "/ledger.sqlite")
        #expect(!meter.isBlocked)
        clock.advance(by: .seconds(29))
        await loop.pass()
        #expect(meter.isBlocked)
        #expect(meter.pulse.due == clock.elapsed() + SchedulerLoop.ledgerPause)
        blocker.release()
        clock.advance(by: .seconds(5))
        await loop.pass()
        #expect(!meter.isBlocked)
    }
}
