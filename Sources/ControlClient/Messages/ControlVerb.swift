/// What can be asked on the control socket, with the least role that may. The one table of rights.
package enum ControlVerb: String, Sendable, Hashable, Codable, CaseIterable {
    case status
    /// A reading verb of the command line, answered by the daemon's user: `list`, `history`, `logs`, …
    case read
    /// A verb of a kind that looks: it may show what a kind keeps, such as files out of a backup.
    case readingVerb = "reading verb"
    case runNow = "run-now"
    /// A run with other settings than its job file has: whoever sets `shell` may do all that the daemon's user may.
    case runNowSet = "run-now --set"
    /// A verb of a kind that changes something, such as a restore.
    case actingVerb = "acting verb"
    case cancel
    case pause
    case resume
    case reload
    case audit
    /// Ends the reminders of an alert.
    case acknowledge = "alerts ack"
    case silence = "alerts silence"
    case unsilence = "alerts unsilence"

    /// Who may ask.
    package var leastRole: ControlRole {
        switch self {
        case .status, .read: .viewer
        case .readingVerb, .runNow, .cancel, .pause, .resume, .acknowledge, .silence, .unsilence: .operator
        case .runNowSet, .actingVerb, .reload, .audit: .admin
        }
    }

    /// Whether it changes something: then each call has its row in the audit, also one that was denied.
    package var isActing: Bool {
        switch self {
        case .status, .read, .readingVerb, .audit: false
        case .runNow, .runNowSet, .actingVerb, .cancel, .pause, .resume, .reload, .acknowledge, .silence, .unsilence: true
        }
    }
}
