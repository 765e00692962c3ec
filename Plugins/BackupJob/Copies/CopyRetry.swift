import JobKit

/// Tries again what failed for a reason that passes, a bounded number of times and later each time.
struct CopyRetry {
    private static let firstPause = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(60)

    let retries: Int
    let stop: StopFlag
    let context: JobContext

    /// - Parameter what: for the log.
    func attempt<Value>(_ what: String, _ body: () throws(CopyError) -> Value) throws(CopyError) -> Value {
        var failures = 0
        while true {
            do throws(CopyError) {
                return try body()
            } catch {
                if stop.isStopped { throw .stopped }
                guard error.kind == .transient, failures < retries else { throw error }
                let pause = Self.pause(after: failures)
                failures += 1
                context.log(.info, "\(what): \(error.problem); attempt \(failures + 1) of \(retries + 1) in \(pause.settingText)")
                try Pause(stop: stop).wait(pause)
            }
        }
    }

    /// Four times longer with each failure.
    static func pause(after failures: Int) -> Duration {
        var pause = firstPause
        for _ in 0..<failures { pause = min(pause * 4, longestPause) }
        return pause
    }
}
