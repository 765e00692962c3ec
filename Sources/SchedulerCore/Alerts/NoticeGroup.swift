package import CronSchedule

/// Notices that one channel is told of in one delivery: that of their leader, which alone is tried.
///
/// Who belongs to it is decided, and written down, before the first try: each later one tells of the same ones under the same id.
package struct NoticeGroup: Sendable, Hashable {
    /// Notices of one delivery.
    package static let bound = 50
    /// Rows of a channel that are looked at to make one, those first that were decided first.
    package static let reach = 500

    /// The row whose delivery it is.
    package var leader: OutboxRow
    /// The rows that go with it.
    package let members: [OutboxRow]

    package init(leader: OutboxRow, members: [OutboxRow] = []) {
        self.leader = leader
        self.members = members
    }

    /// Gathers what may be told together with `leader`, which is about to be tried for the first time.
    ///
    /// Of each lane the first rows are taken, up to one that is to go by itself, or later: so lanes keep their order. Rows that were decided
    /// a moment ago are taken, too: they need not wait for a time of their own.
    /// - Parameter rows: what waits for the channel, or has joined a delivery.
    package init(of leader: OutboxRow, among rows: [OutboxRow], at now: Instant) {
        self.leader = leader
        guard leader.tries == 0, leader.opensAt != nil else {
            members = []
            return
        }
        var members: [OutboxRow] = []
        var closed: Set<String> = []
        for row in rows.sorted(by: Self.isBefore) where row.channel == leader.channel && row.notice.delivery != leader.notice.delivery {
            guard !closed.contains(row.lane) else { continue }
            if row.isOpen(at: now), members.count < Self.bound - 1 { members.append(row) } else { closed.insert(row.lane) }
        }
        self.members = members
    }

    /// All of them, in the order in which they were decided.
    package var rows: [OutboxRow] { ([leader] + members).sorted(by: Self.isBefore) }

    /// What the ledger is to write with the mark of the first try.
    package func joins(at now: Instant) -> [DeliveryJoin] {
        members.map { DeliveryJoin(delivery: $0.notice.delivery, leader: leader.notice.delivery, at: now) }
    }

    /// What the channel is told. An alert that began and ended within the group is told once, as one that is over.
    package var notice: AlertNotice { GroupedNotice(rows.map(\.notice), delivery: leader.notice.delivery).notice }

    private static func isBefore(_ one: OutboxRow, _ other: OutboxRow) -> Bool { (one.number ?? .max) < (other.number ?? .max) }
}

extension OutboxRow {
    /// Whether it may be told in one delivery with others by now. That its time lies ahead because the clock was set back is no reason.
    fileprivate func isOpen(at now: Instant) -> Bool {
        guard state == .waiting, tries == 0, let opensAt else { return false }
        return opensAt <= now || changedAt > now.moved(by: Self.clockTolerance)
    }
}
