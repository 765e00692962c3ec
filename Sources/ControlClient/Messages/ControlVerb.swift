/// What can be asked on the control socket, with the least role that may. The one table of rights.
package enum ControlVerb: String, Sendable, Hashable, Codable, CaseIterable {
    case status
    /// A reading verb of the command line, answered by the daemon's user: `list`, `history`, `logs`, …
    case read
    case runNow = "run-now"
    case cancel
    case pause
    case resume
    case reload
    case audit

    /// Who may ask.
    package var leastRole: ControlRole {
        switch self {
        case .status, .read: .viewer
        case .runNow, .cancel, .pause, .resume: .operator
        case .reload, .audit: .admin
        }
    }

    /// Whether it changes something: then each call has its row in the audit, also one that was denied.
    package var isActing: Bool {
        switch self {
        case .status, .read, .audit: false
        case .runNow, .cancel, .pause, .resume, .reload: true
        }
    }
}
