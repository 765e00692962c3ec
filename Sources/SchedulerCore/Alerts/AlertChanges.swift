package import CronSchedule

/// What becomes of an alert's row.
package enum AlertRow: Sendable, Hashable {
    /// It is so from now on; it was at the revision before.
    case put(Alert)
    /// It goes; it is at this revision.
    case forget(Alert)
}

/// A lane of a channel whose notices are not to wait for the end of quiet hours: something urgent is behind them.
package struct ReleasedLane: Sendable, Hashable {
    package var channel: String
    package var lane: String
    package var at: Instant
    /// When they are to be told at the latest: with what is urgent.
    package var until: Instant

    /// - Parameter until: nil for at once.
    package init(channel: String, lane: String, at: Instant, until: Instant? = nil) {
        self.channel = channel
        self.lane = lane
        self.at = at
        self.until = until ?? at
    }
}

/// A notice that another row's delivery tells of from now on, which is about to be tried for the first time.
package struct DeliveryJoin: Sendable, Hashable {
    package var delivery: RunID
    package var leader: RunID
    package var at: Instant

    package init(delivery: RunID, leader: RunID, at instant: Instant) {
        self.delivery = delivery
        self.leader = leader
        at = instant
    }
}

/// What the other side of a channel asked for.
package struct ChannelRest: Sendable, Hashable {
    package var channel: String
    package var at: Instant
    package var until: Instant

    package init(channel: String, at: Instant, until: Instant) {
        self.channel = channel
        self.at = at
        self.until = until
    }
}

/// What a step of the alerts asks the ledger to write, in the transaction of what caused it.
package struct AlertChanges: Sendable {
    package var results: [CheckResult] = []
    /// In the order in which they were decided.
    package var alerts: [AlertRow] = []
    package var history: [AlertRecord] = []
    package var notices: [OutboxRow] = []
    /// Silences as they are from now on.
    package var silences: [AlertSilence] = []
    /// Where notices that wait for the end of quiet hours are to be told now.
    package var released: [ReleasedLane] = []
    /// Channels that want to be left alone: their notices wait until then.
    package var rests: [ChannelRest] = []
    /// What came of deliveries.
    package var deliveries: [DeliveryMark] = []
    /// What is told of by them, too.
    package var joins: [DeliveryJoin] = []
    /// Not written: what was found out and is not followed.
    package var unfollowed: [UnfollowedFinding] = []

    package init() {}

    package var isEmpty: Bool {
        results.isEmpty && alerts.isEmpty && history.isEmpty && notices.isEmpty && silences.isEmpty
            && released.isEmpty && rests.isEmpty && deliveries.isEmpty && joins.isEmpty
    }

    /// These and then `later`.
    package func followed(by later: AlertChanges) -> AlertChanges {
        var both = self
        both.results += later.results
        both.alerts += later.alerts
        both.history += later.history
        both.notices += later.notices
        both.silences += later.silences
        both.released += later.released
        both.rests += later.rests
        both.deliveries += later.deliveries
        both.joins += later.joins
        both.unfollowed += later.unfollowed
        return both
    }
}
