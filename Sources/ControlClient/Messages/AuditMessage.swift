/// One row of the audit.
package struct AuditMessage: Sendable, Hashable, Codable {
    package var number: Int64
    /// ISO 8601, UTC.
    package var at: String
    package var uid: UInt32
    package var user: String?
    package var pid: Int32
    package var role: String?
    package var verb: String
    package var object: String?
    package var detail: String
    /// `done`, or why not; nil when the daemon died over it.
    package var result: String?

    package init(
        number: Int64, at: String, uid: UInt32, user: String?, pid: Int32, role: String?, verb: String, object: String?, detail: String,
        result: String?
    ) {
        self.number = number
        self.at = at
        self.uid = uid
        self.user = user
        self.pid = pid
        self.role = role
        self.verb = verb
        self.object = object
        self.detail = detail
        self.result = result
    }
}
