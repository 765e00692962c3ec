import CronSchedule
import Daemon
import SchedulerCore
import Synchronization

/// Clocks that a test moves by hand; the alarm is recorded, and rings when the test says so.
final class ManualLoopClock: LoopClock {
    private struct State {
        var now: Instant
        var elapsed: Duration = .seconds(1000)
        var alarm: Instant?
    }

    private let state: Mutex<State>
    let rings: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(now: Instant) {
        state = Mutex(State(now: now))
        (rings, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func now() -> Instant { state.withLock { $0.now } }
    func elapsed() -> Duration { state.withLock { $0.elapsed } }
    func setAlarm(_ instant: Instant?) { state.withLock { $0.alarm = instant } }
    func nudge() { continuation.yield() }

    var alarm: Instant? { state.withLock { $0.alarm } }

    /// Sets the wall clock, as somebody with date(1) does.
    func set(to instant: Instant) { state.withLock { $0.now = instant } }

    /// Lets time pass.
    func advance(by duration: Duration) {
        state.withLock {
            $0.now = $0.now.moved(by: duration)
            $0.elapsed += duration
        }
    }
}
