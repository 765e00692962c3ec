/// How many keys are followed of each job, and whether there is room for one more.
///
/// Only checks are counted. What the daemon finds out about a job has a handful of keys, and always has room: a job that checks much
/// must not hide that another one fails.
struct AlertRoom: Sendable {
    private var checks: [String: Int] = [:]
    private var total = 0

    /// The bound that a new key would go beyond; nil when there is room.
    func bound(against key: AlertKey) -> UnfollowedFinding.Bound? {
        guard key.isCheck else { return nil }
        if checks[key.job, default: 0] >= AlertBook.boundPerJob { return .job }
        return total >= AlertBook.bound ? .all : nil
    }

    /// A key is followed from now on.
    mutating func take(_ key: AlertKey) {
        guard key.isCheck else { return }
        checks[key.job, default: 0] += 1
        total += 1
    }

    /// A key is forgotten.
    mutating func free(_ key: AlertKey) {
        guard key.isCheck, let count = checks[key.job] else { return }
        checks[key.job] = count == 1 ? nil : count - 1
        total -= 1
    }

    /// Whether checks of a job are followed.
    func holdsChecks(of job: String) -> Bool { checks[job] != nil }

    /// The job with the most keys.
    var largest: (job: String, checks: Int)? {
        checks.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
    }
}
