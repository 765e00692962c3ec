package import CronSchedule

/// A key that is, or lately was, not as it should be: one row, which changes by compare-and-set on its revision.
package struct Alert: Sendable, Hashable, Codable {
    package var key: AlertKey
    package var state: AlertState
    package var flaps: FlapMeter
    package var last: AlertFinding
    /// Of runs that came to all that their job checks, how many in a row did not report it; nil for none.
    package var missing: Int?
    /// When the row changed last.
    package var changedAt: Instant
    /// Counts the changes, from 1.
    package var revision: Int

    package init(key: AlertKey, last: AlertFinding) {
        self.key = key
        self.last = last
        state = .ok
        flaps = FlapMeter()
        changedAt = last.at
        revision = 0
    }

    /// Whether nothing about it is worth a row any more.
    package var isForgettable: Bool { state == .ok && flaps.isQuiet }

    /// Since when it is as it is.
    package var since: Instant {
        switch state {
        case .ok: changedAt
        case .pending(let trouble): trouble.since ?? changedAt
        case .firing(let incident, _), .clearing(let incident, _): incident.startedAt
        }
    }

    /// How bad it is; ok when nothing fires.
    package var level: AlertLevel { state.incident?.level ?? .ok }
}
