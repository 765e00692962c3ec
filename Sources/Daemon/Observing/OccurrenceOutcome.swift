package import SchedulerCore

/// What became of a slot, as one word of a fixed set.
package enum OccurrenceOutcome: Sendable, Hashable, CaseIterable {
    case ran, caughtUp
    case skipped(Occurrence.SkipReason)
    case missed(Occurrence.MissReason)

    /// - Returns: nil while it waits.
    package init?(_ account: Occurrence.Account) {
        switch account {
        case .waiting: return nil
        case .ran: self = .ran
        case .caughtUp: self = .caughtUp
        case .skipped(let reason): self = .skipped(reason)
        case .missed(let reason): self = .missed(reason)
        }
    }

    package static let allCases: [OccurrenceOutcome] =
        [.ran, .caughtUp] + Occurrence.SkipReason.allCases.map(Self.skipped) + Occurrence.MissReason.allCases.map(Self.missed)

    /// Whether the slot should have had a run and got none: a pause, and a job that is switched off, are what somebody wanted.
    package var isLost: Bool {
        switch self {
        case .ran, .caughtUp, .skipped(.paused), .skipped(.disabled): false
        case .skipped(.overlap), .skipped(.condition), .missed: true
        }
    }

    /// For example `skipped_overlap`.
    package var word: String {
        switch self {
        case .ran: "ran"
        case .caughtUp: "caught_up"
        case .skipped(let reason): "skipped_\(reason.rawValue)"
        case .missed(let reason): "missed_\(reason.rawValue)"
        }
    }
}
