package import ControlClient

/// An acting call, for the audit.
package struct AuditedCall: Sendable, Hashable {
    package let verb: ControlVerb
    package let peer: Peer
    package let role: ControlRole?
    /// The job or run it is about.
    package let object: String?
    /// What else was asked, without values that may be secret.
    package let detail: String

    init(verb: ControlVerb, peer: Peer, role: ControlRole?, object: String?, detail: String) {
        self.verb = verb
        self.peer = peer
        self.role = role
        self.object = object
        self.detail = detail
    }

    /// The names of settings that are given as `name=value`.
    package static func names(of settings: [String]) -> String {
        settings.map { setting in setting.firstIndex(of: "=").map { String(setting[..<$0]) } ?? "?" }.joined(separator: ", ")
    }
}
