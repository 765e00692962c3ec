/// What a caller may do; each role includes those before it.
package enum ControlRole: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Sees jobs, runs and output.
    case viewer
    /// Also starts, stops and pauses.
    case `operator`
    /// Also changes what is in force, and reads the audit.
    case admin

    package static func < (left: ControlRole, right: ControlRole) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}
