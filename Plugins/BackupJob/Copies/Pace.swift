import Glibc

/// Waits that somebody may end.
struct Pause {
    /// How often somebody who asked to stop is looked for.
    private static let slice = Duration.milliseconds(100)
    let stop: StopFlag

    func wait(_ time: Duration) throws(CopyError) {
        let clock = ContinuousClock()
        let end = clock.now + time
        while clock.now < end {
            if stop.isStopped { throw .stopped }
            usleep(UInt32(max(1, min(Self.slice, end - clock.now) / .microseconds(1))))
        }
    }
}

/// Keeps what moves within a folder of this machine below a rate; libcurl does so by itself.
struct Pace {
    /// Bytes a second; nil for no limit.
    let rate: Int64?
    let pause: Pause
    private let clock = ContinuousClock()
    private let begun = ContinuousClock.now
    private var moved: Int64 = 0

    init(rate: Int64?, stop: StopFlag) {
        self.rate = rate
        pause = Pause(stop: stop)
    }

    /// Bytes that may be moved at once, so that a slow pace is an even one.
    var piece: Int { min(CopySource.pieceSize, Int(max(4096, (rate ?? .max) / 4))) }

    /// Waits until so many bytes more are within the rate.
    mutating func take(_ bytes: Int) throws(CopyError) {
        guard let rate else { return }
        moved += Int64(bytes)
        let due = Duration.seconds(Double(moved) / Double(rate))
        let spent = clock.now - begun
        if due > spent { try pause.wait(due - spent) }
    }
}
