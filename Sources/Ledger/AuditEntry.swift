package import CronSchedule

/// One acting call: who asked for what, and what came of it. Calls that were denied have a row, too.
package struct AuditEntry: Sendable, Hashable {
    /// Grows with every entry; nil until it is stored.
    package var number: Int64?
    package var at: Instant
    /// Of the process at the other end, as the kernel names it.
    package var uid: UInt32
    package var gid: UInt32
    /// For people: a number that another process may have by now.
    package var pid: Int32
    /// The name of the uid; nil when it has none.
    package var user: String?
    /// What the caller may do; nil for nothing.
    package var role: String?
    /// `run-now`, `cancel`, `pause`, …
    package var verb: String
    /// The job or run it is about.
    package var object: String?
    /// What else was asked, in words. No secret: values of settings are left out.
    package var detail: String
    /// `done`, or why not; nil while it is being done, and after a daemon that died over it.
    package var result: String?

    package init(
        at: Instant, uid: UInt32, gid: UInt32, pid: Int32, user: String?, role: String?, verb: String, object: String?, detail: String,
        result: String? = nil
    ) {
        self.at = at
        self.uid = uid
        self.gid = gid
        self.pid = pid
        self.user = user
        self.role = role
        self.verb = verb
        self.object = object
        self.detail = detail
        self.result = result
    }
}
