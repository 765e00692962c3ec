import Synchronization

/// How many connections each user may hold, so that one who may only look locks nobody out.
package final class PeerQuota: Sendable {
    /// Connections of one user at once; those beyond it are closed.
    package static let standardBound = 50

    private let bound: Int
    private let exempt: Set<UInt32>
    private let counts = Mutex<[UInt32: Int]>([:])

    /// - Parameter exempt: uids that may hold any number: those who may do everything anyway.
    package init(bound: Int = standardBound, exempt: Set<UInt32>) {
        self.bound = bound
        self.exempt = exempt
    }

    /// Counts a connection.
    /// - Returns: whether the user may have it; then ``release(_:)`` has to follow.
    func take(_ uid: UInt32) -> Bool {
        if exempt.contains(uid) { return true }
        return counts.withLock { counts in
            let held = counts[uid] ?? 0
            if held < bound { counts[uid] = held + 1 }
            return held < bound
        }
    }

    /// A connection has ended.
    func release(_ uid: UInt32) {
        if exempt.contains(uid) { return }
        counts.withLock { counts in
            let left = (counts[uid] ?? 1) - 1
            counts[uid] = left > 0 ? left : nil
        }
    }
}
