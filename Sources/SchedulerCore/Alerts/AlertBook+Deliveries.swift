import CronSchedule

/// What came of notices on their way.
extension AlertBook {
    /// What a try changes: the row itself, and for one that is given up, another channel and an alert of our own.
    /// - Parameter behind: notices of the same alert that wait for the same channel.
    package mutating func settle(
        _ row: OutboxRow, after outcome: DeliveryOutcome, dice: Double, behind: [OutboxRow] = [], _ world: AlertSurroundings
    ) -> AlertChanges {
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
        case .waiting: break
        case .delivered:
            if alerts[key] != nil {
                take(AlertFinding(.ok, at: world.now, summary: "the channel \(row.channel) takes notices"), of: key, world, &changes)
            }
        case .refused: giveUp(row, .refused, mark.trouble ?? "", behind, world, &changes)
        case .expired: giveUp(row, .expired, mark.trouble ?? "", behind, world, &changes)
        }
        settle(world)
        return changes
    }

    private mutating func giveUp(
        _ row: OutboxRow, _ kind: AlertRecord.Kind, _ reason: String, _ behind: [OutboxRow], _ world: AlertSurroundings,
        _ changes: inout AlertChanges
    ) {
        let notice = row.notice
        changes.history.append(
            AlertRecord(
                kind, at: world.now, key: nil, alert: notice.alert, level: notice.severity == .critical ? .critical : .warning,
                detail: "\(row.channel): \(notice.occasion.rawValue) of \(notice.key): \(reason)"))
        if let fallback = routing.receivers[row.channel]?.fallback, fallback != row.channel {
            // Who hears of the beginning hears of the end, whichever channel takes that.
            for var copy in [notice] + behind.map(\.notice) {
                copy.delivery = newID(world.now)
                changes.notices.append(self.row(copy, to: fallback, world.now, from: world.now, isFallback: true))
            }
            if let alert = alert(notice.alert.rawValue) { step(alert, by: .heard(by: fallback), world, &changes) }
        }
        // An alert about a channel that cannot be told of in turn would never end.
        guard notice.job != AlertKey.ownJob else { return }
        let words = kind == .expired ? "could not be told for three days" : "refuses notices"
        take(
            AlertFinding(.critical, at: world.now, summary: "the channel \(row.channel) \(words): \(reason)"),
            of: AlertKey(channel: row.channel), world, &changes)
    }
}
