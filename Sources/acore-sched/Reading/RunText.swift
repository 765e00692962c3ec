import CronSchedule
import JobKit
import SchedulerCore

extension Run {
    /// How it went, in the ledger's word.
    var stateCell: Table.Cell { Table.Cell(state.rawValue, state.style) }

    /// How long it took, or takes since its start.
    func time(at now: Instant) -> String {
        if let duration { return duration.words }
        guard let startedAt, state.isLive else { return "" }
        return "\(Duration.milliseconds(max(0, now.milliseconds - startedAt.milliseconds)).words) so far"
    }

    /// The first moment that is known of it.
    var moment: Instant { startedAt ?? claimedAt }
}

extension RunState {
    var style: TextStyle {
        switch self {
        case .succeeded: .good
        case .warning, .cancelled, .retrying: .caution
        case .failed, .timedOut, .interrupted: .bad
        case .due, .starting, .running: .plain
        }
    }
}
