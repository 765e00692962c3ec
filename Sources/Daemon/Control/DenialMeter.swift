import CronSchedule
import Synchronization

/// Keeps denied calls of one user from filling the audit, whose oldest rows go first.
final class DenialMeter: Sendable {
    /// Rows of one user in one minute.
    static let bound = 20
    private static let window = Duration.seconds(60)
    /// Users remembered; then remembering begins anew.
    private static let maximumUsers = 1000

    private struct Count {
        var begun: Duration
        var rows = 0
        var unrecorded = 0
    }

    private let counts = Mutex<[UInt32: Count]>([:])

    /// Counts a denied call.
    /// - Parameter elapsed: on a clock that nobody sets.
    /// - Returns: how many calls before it have no row; nil when it shall have none either.
    func take(_ uid: UInt32, elapsed: Duration) -> Int? {
        counts.withLock { counts in
            if counts.count >= Self.maximumUsers { counts.removeAll() }
            var count = counts[uid] ?? Count(begun: elapsed)
            if elapsed - count.begun >= Self.window { count = Count(begun: elapsed, unrecorded: count.unrecorded) }
            let isRecorded = count.rows < Self.bound
            let unrecorded = count.unrecorded
            count.rows += isRecorded ? 1 : 0
            count.unrecorded = isRecorded ? 0 : unrecorded + 1
            counts[uid] = count
            return isRecorded ? unrecorded : nil
        }
    }
}
