package import JobKit

/// How a key stands by one result.
package enum AlertLevel: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case ok
    /// Nobody could tell. It stands apart: it has a patience of its own, and neither clears nor confirms anything.
    case unknown
    case warning
    case critical

    package init(_ state: WireEvent.Check.State) {
        switch state {
        case .ok: self = .ok
        case .unknown: self = .unknown
        case .warning: self = .warning
        case .critical: self = .critical
        }
    }

    /// What receivers are told.
    package var severity: AlertNotice.Severity {
        switch self {
        case .critical: .critical
        case .ok, .unknown, .warning: .warning
        }
    }

    package static func < (left: AlertLevel, right: AlertLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .ok: 0
        case .unknown: 1
        case .warning: 2
        case .critical: 3
        }
    }
}
