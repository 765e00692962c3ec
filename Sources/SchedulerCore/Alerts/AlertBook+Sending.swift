import CronSchedule

/// What is decided when notices are about to be told for the first time: things may have come up since they were written.
///
/// A notice that was tried stays as it is, since its receiver may have it.
extension AlertBook {
    /// Begins the first delivery of `row`, together with what may be told with it.
    /// - Parameters:
    ///   - rows: what waits for its channel, or at least what waits behind it in its lane.
    ///   - dice: from 0 to 1.
    /// - Returns: nil when it is not to be told now, or not at all; then the changes say why.
    package mutating func begin(
        _ row: OutboxRow, among rows: [OutboxRow], dice: Double, _ world: AlertSurroundings
    ) -> (group: NoticeGroup?, changes: AlertChanges) {
        var (kept, changes) = review(rows, before: row, world)
        guard let leader = kept.first(where: { $0.notice.delivery == row.notice.delivery }) else { return (nil, changes) }
        var group = NoticeGroup(of: leader, among: kept, at: world.now)
        let attempt = DeliveryPolicy.attempt(leader, now: world.now, dice: dice)
        changes.deliveries.append(attempt)
        changes.joins = group.joins(at: world.now)
        group.leader.tries = attempt.triesNow
        return (group, changes)
    }

    /// Looks once more at notices of one channel that were never tried.
    /// - Returns: those that may be told, in their order, and what becomes of the others.
    private mutating func review(
        _ rows: [OutboxRow], before leader: OutboxRow, _ world: AlertSurroundings
    ) -> (kept: [OutboxRow], changes: AlertChanges) {
        var changes = AlertChanges()
        var keys: [RunID: AlertKey] = [:]
        for key in active { if let id = alerts[key]?.state.incident?.id { keys[id] = key } }
        var kept: [OutboxRow] = []
        for lane in Dictionary(grouping: rows, by: \.lane).values.sorted(by: { $0[0].lane < $1[0].lane }) {
            kept += review(lane: lane, of: keys[lane[0].notice.alert], before: leader, world, &changes)
        }
        if !changes.isEmpty { settle(world) }
        return (kept.sorted { ($0.number ?? .max) < ($1.number ?? .max) }, changes)
    }

    /// - Parameter key: of the alert; nil when it is over.
    private mutating func review(
        lane rows: [OutboxRow], of key: AlertKey?, before leader: OutboxRow, _ world: AlertSurroundings, _ changes: inout AlertChanges
    ) -> [OutboxRow] {
        var kept: [OutboxRow] = []
        var rest = rows.sorted { ($0.number ?? .max) < ($1.number ?? .max) }[...]
        while let row = rest.first {
            guard row.state == .waiting, row.tries == 0 else { return kept + rest }
            rest.removeFirst()
            let alert = key.flatMap { alerts[$0] }
            switch verdict(on: row, before: rest, of: alert, world) {
            case .tell: kept.append(row)
            case .wait(let end):
                if row.nextAttempt <= world.now || row.notice.delivery == leader.notice.delivery {
                    changes.deliveries.append(postponed(row, to: end, world.now))
                }
                return kept
            case .withdraw(let reason):
                let isBeginning = row.isBeginning(of: alert?.state.incident)
                for gone in [row] + rest.filter({ isBeginning && !$0.isFallback }) {
                    withdraw(gone, key, because: reason, world.now, &changes)
                }
                if let alert, row.notice.occasion != .reminder {
                    step(alert, by: .withdrawn(from: row.channel, isBeginning: isBeginning), world, &changes)
                }
                if isBeginning { return kept }
            }
        }
        return kept
    }

    private enum Verdict {
        case tell
        /// Until the channel's quiet hours are over.
        case wait(until: Instant)
        case withdraw(because: String)
    }

    /// - Parameters:
    ///   - rest: what waits behind it.
    ///   - alert: nil for one that is over.
    private func verdict(
        on row: OutboxRow, before rest: ArraySlice<OutboxRow>, of alert: Alert?, _ world: AlertSurroundings
    ) -> Verdict {
        // It stands for a notice that was tried.
        guard !row.isFallback else { return .tell }
        if let reason = reasonForQuiet(about: row.notice, of: alert, world) { return .withdraw(because: reason) }
        // Something urgent behind it is not to wait for the morning.
        let isCritical = ([row] + rest).contains { $0.notice.severity == .critical }
        guard let end = routing.receivers[row.channel]?.opening(at: world.now, isCritical: isCritical), end > world.now else {
            return .tell
        }
        // It would come with what it reminds of.
        return row.notice.occasion == .reminder ? .withdraw(because: "its quiet hours have begun") : .wait(until: end)
    }

    /// Whoever was told of the beginning hears of the end, whatever came up.
    private func reasonForQuiet(about notice: AlertNotice, of alert: Alert?, _ world: AlertSurroundings) -> String? {
        switch notice.occasion {
        case .resolved, .test: return nil
        case .reminder, .escalation:
            if let seen = alert?.state.incident?.acknowledged { return "acknowledged by \(seen.by)" }
        case .firing, .severity: break
        }
        guard let alert else { return silence(of: notice.key, world.now) }
        return reasonForQuiet(about: alert, rule: rule(for: alert.key, world), world)
    }

    private func postponed(_ row: OutboxRow, to end: Instant, _ now: Instant) -> DeliveryMark {
        let next = self.row(row.notice, to: row.channel, now, from: end).nextAttempt
        return DeliveryMark(
            delivery: row.notice.delivery, tries: 0, state: .waiting, triesNow: 0, nextAttempt: next, at: now, trouble: nil)
    }

    private func withdraw(_ row: OutboxRow, _ key: AlertKey?, because reason: String, _ now: Instant, _ changes: inout AlertChanges) {
        changes.deliveries.append(
            DeliveryMark(
                delivery: row.notice.delivery, tries: 0, state: .withdrawn, triesNow: 0, nextAttempt: row.nextAttempt, at: now,
                trouble: reason))
        let what = key == nil ? " of \(row.notice.key)" : ""
        changes.history.append(
            AlertRecord(
                .withdrawn, at: now, key: key, alert: row.notice.alert, level: row.notice.severity == .critical ? .critical : .warning,
                detail: "\(row.notice.occasion.rawValue)\(what) to \(row.channel): \(reason)"))
    }
}

extension OutboxRow {
    /// Whether it is the first that its channel was to hear of the alert.
    /// - Parameter incident: nil for one that is over.
    fileprivate func isBeginning(of incident: AlertIncident?) -> Bool {
        switch notice.occasion {
        case .firing, .escalation: true
        case .severity: incident?.latecomers?[channel] == createdAt
        case .reminder, .resolved, .test: false
        }
    }
}
