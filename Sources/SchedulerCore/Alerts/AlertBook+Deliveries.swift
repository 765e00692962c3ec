import CronSchedule

/// What came of notices on their way.
extension AlertBook {
    /// What a try changes: the rows themselves, and for those that are given up, another channel and an alert of our own.
    /// - Parameter behind: notices of the same alerts that wait for the same channel.
    package mutating func settle(
        _ group: NoticeGroup, after outcome: DeliveryOutcome, dice: Double, behind: [OutboxRow] = [], _ world: AlertSurroundings
    ) -> AlertChanges {
        let row = group.leader
        var changes = AlertChanges()
        let mark = DeliveryPolicy.mark(row, after: outcome, now: world.now, dice: dice)
        changes.deliveries = [mark]
        if case .again(_, let wish?) = outcome {
            changes.rests = [
                ChannelRest(channel: row.channel, at: world.now, until: world.now.moved(by: min(wish, DeliveryPolicy.longestWish)))
            ]
        }
        let key = AlertKey(channel: row.channel)
        switch mark.state {
        case .waiting, .joined, .withdrawn: break
        case .delivered:
            if alerts[key] != nil {
                take(AlertFinding(.ok, at: world.now, summary: "the channel \(row.channel) takes notices"), of: key, world, &changes)
            }
        case .refused: giveUp(group, .refused, mark.trouble ?? "", behind, world, &changes)
        case .expired: giveUp(group, .expired, mark.trouble ?? "", behind, world, &changes)
        }
        settle(world)
        return changes
    }

    /// What a try of a row that is told by itself changes.
    package mutating func settle(
        _ row: OutboxRow, after outcome: DeliveryOutcome, dice: Double, behind: [OutboxRow] = [], _ world: AlertSurroundings
    ) -> AlertChanges {
        settle(NoticeGroup(leader: row), after: outcome, dice: dice, behind: behind, world)
    }

    private mutating func giveUp(
        _ group: NoticeGroup, _ kind: AlertRecord.Kind, _ reason: String, _ behind: [OutboxRow], _ world: AlertSurroundings,
        _ changes: inout AlertChanges
    ) {
        let row = group.leader
        let notices = group.rows.map(\.notice)
        for notice in notices {
            changes.history.append(
                AlertRecord(
                    kind, at: world.now, key: nil, alert: notice.alert, level: notice.severity == .critical ? .critical : .warning,
                    detail: "\(row.channel): \(notice.occasion.rawValue) of \(notice.key): \(reason)"))
        }
        if let fallback = routing.receivers[row.channel]?.fallback, fallback != row.channel {
            // Who hears of the beginning hears of the end, whichever channel takes that.
            for var copy in notices + behind.map(\.notice) {
                copy.delivery = newID(world.now)
                changes.notices.append(self.row(copy, to: fallback, world.now, from: world.now, isFallback: true))
            }
            for id in notices.map(\.alert.rawValue).withoutRepetition {
                if let alert = alert(id) { step(alert, by: .heard(by: fallback), world, &changes) }
            }
        }
        if routing.receivers[row.channel] == nil {
            // It heard nothing, and never will under this file. Under one that names it, it is told of what still fires.
            for id in notices.map(\.alert.rawValue).withoutRepetition {
                if let alert = alert(id) { step(alert, by: .withdrawn(from: row.channel, isBeginning: true), world, &changes) }
            }
        }
        // An alert about a channel that cannot be told of in turn would never end, and one about a channel that is gone helps nobody.
        guard isNamed(row.channel), notices.contains(where: { $0.job != AlertKey.ownJob }) else { return }
        let words = kind == .expired ? "could not be told for three days" : "refuses notices"
        take(
            AlertFinding(.critical, at: world.now, summary: "the channel \(row.channel) \(words): \(reason)"),
            of: AlertKey(channel: row.channel), world, &changes)
    }
}
