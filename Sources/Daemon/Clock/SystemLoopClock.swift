import CLinux
package import CronSchedule
import Dispatch
import Glibc

/// The kernel's clocks, and a real-time timer that a clock step cancels: nothing sleeps past its slot.
package final class SystemLoopClock: LoopClock {
    package let rings: AsyncStream<Void>
    private let timer: Int32
    // Sources of libdispatch may be used from any thread; the protocol does not say so.
    nonisolated(unsafe) private let source: any DispatchSourceRead
    private let continuation: AsyncStream<Void>.Continuation

    /// - Throws: when the kernel has no timer to give (descriptors used up).
    package init() throws(DaemonError) {
        timer = linux_timerfd_create(CLOCK_REALTIME)
        guard timer >= 0 else {
            throw DaemonError("cannot make a timer: \(errnoText())", fix: "raise the limit of open files (LimitNOFILE=)")
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        rings = stream
        self.continuation = continuation
        source = DispatchSource.makeReadSource(fileDescriptor: timer, queue: .global())
        source.setEventHandler { [timer] in
            // Reading takes the ring away; after a clock step it fails with ECANCELED, which is a ring as well.
            var count: UInt64 = 0
            _ = read(timer, &count, 8)
            continuation.yield()
        }
        source.setCancelHandler { [timer] in close(timer) }
        source.activate()
    }

    deinit {
        source.cancel()
        continuation.finish()
    }

    package func now() -> Instant { Instant(milliseconds: Self.milliseconds(of: CLOCK_REALTIME)) }

    package func elapsed() -> Duration { .milliseconds(Self.milliseconds(of: CLOCK_BOOTTIME)) }

    package func setAlarm(_ instant: Instant?) {
        // Without an alarm the timer still hears of clock steps: it is set to the last moment there is.
        let target = instant?.milliseconds ?? Int64.max / 2_000_000
        let seconds = max(0, target / 1000)
        let nanoseconds = max(1, (target % 1000) * 1_000_000)
        let flags = Int32(TFD_TIMER_ABSTIME) | Int32(TFD_TIMER_CANCEL_ON_SET)
        if linux_timerfd_settime(timer, flags, seconds, nanoseconds) != 0 { continuation.yield() }
    }

    package func nudge() { continuation.yield() }

    private static func milliseconds(of clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
