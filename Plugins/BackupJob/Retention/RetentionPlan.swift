import FoundationEssentials

/// Which points of a group stay and which go, decided from their records alone.
struct RetentionPlan {
    /// A point and why it stays; it goes when there is no reason.
    struct Decision: Hashable {
        let point: RetentionPoint
        var reasons: [KeepReason]

        var isKept: Bool { !reasons.isEmpty }
    }

    /// Why nothing may go at all.
    enum Refusal: Hashable {
        /// A point was begun at a time that is still to come.
        case future(point: String, started: Date)
        /// Too many of the good points would go.
        case share(removed: Int, of: Int, limit: Int)
    }

    /// Oldest first.
    private(set) var decisions: [Decision]
    /// Nil when the points without a reason may go.
    private(set) var refusal: Refusal?

    /// Points that go.
    var removed: [RetentionPoint] { decisions.filter { !$0.isKept }.map(\.point) }

    /// - Parameters:
    ///   - rules: nil keeps all.
    ///   - now: what the clock says.
    ///   - isForced: somebody has looked: the clock is right and many points may go.
    init(_ points: [RetentionPoint], rules: RetentionRules?, now: Date, isForced: Bool = false) {
        let ordered = points.sorted { $0.counter < $1.counter }
        decisions = ordered.map { Decision(point: $0, reasons: []) }
        guard let rules else {
            for index in decisions.indices { decisions[index].reasons = [.noRules] }
            return
        }
        apply(rules, times: Self.times(of: ordered, now: now), now: now)
        keepChains()
        refusal = isForced ? nil : refusal(rules, now: now)
    }

    /// The time of each point, which never runs backwards: a clock that was set back makes no point look older than those before it,
    /// and one that was ahead makes it no younger than the next, or now.
    private static func times(of points: [RetentionPoint], now: Date) -> [Date] {
        var times = points.map(\.started)
        var bound = now
        for index in times.indices.reversed() {
            if times[index] > now { times[index] = bound }
            bound = min(bound, times[index])
        }
        for index in times.indices.dropFirst() { times[index] = max(times[index], times[index - 1]) }
        return times
    }

    private mutating func apply(_ rules: RetentionRules, times: [Date], now: Date) {
        let good = decisions.indices.filter { decisions[$0].point.isGood && decisions[$0].point.fault == nil }
        for index in good.suffix(rules.last ?? 0) { keep(index, .last(rules.last ?? 0)) }
        if let days = rules.days {
            let oldest = now.addingTimeInterval(-Double(days) * 86_400)
            for index in decisions.indices where times[index] >= oldest { keep(index, .days(days)) }
        }
        for (period, count) in rules.periods { keep(period, count, good: good, times) }
        for index in good.suffix(rules.minimumGood) { keep(index, .minimumGood(rules.minimumGood)) }
        let newestGood = good.last ?? -1
        for index in decisions.indices {
            if let pin = decisions[index].point.pin { keep(index, .pinned(pin)) }
            if let fault = decisions[index].point.fault { keep(index, .fault(fault)) }
            if index > newestGood { keep(index, .newerThanGood) }
        }
    }

    private mutating func keep(_ period: CalendarPeriod, _ count: Int, good: [Int], _ times: [Date]) {
        var left = count
        var last: Int64?
        for index in good.reversed() where left > 0 {
            let number = period.number(of: Int64(times[index].timeIntervalSince1970.rounded(.down)))
            if number == last { continue }
            last = number
            left -= 1
            keep(index, .period(period))
        }
    }

    private mutating func keep(_ index: Int, _ reason: KeepReason) { decisions[index].reasons.append(reason) }

    /// A point is restored through all points of its chain before it.
    private mutating func keepChains() {
        var latest: [String: RetentionPoint] = [:]
        for decision in decisions where decision.isKept {
            if let known = latest[decision.point.chain], known.sequence > decision.point.sequence { continue }
            latest[decision.point.chain] = decision.point
        }
        for index in decisions.indices where !decisions[index].isKept {
            guard let end = latest[decisions[index].point.chain], decisions[index].point.sequence < end.sequence else { continue }
            keep(index, .needed(by: end.point))
        }
    }

    private func refusal(_ rules: RetentionRules, now: Date) -> Refusal? {
        guard decisions.contains(where: { !$0.isKept }) else { return nil }
        if let ahead = decisions.last(where: { $0.point.started > now }) {
            return .future(point: ahead.point.point, started: ahead.point.started)
        }
        let good = decisions.filter(\.point.isGood)
        let going = good.count { !$0.isKept }
        guard going * 100 > good.count * rules.mostRemoved else { return nil }
        // A chain goes as a whole once nothing of it is wanted any more. Of two chains one is no more than was to be expected, however many points it has.
        let chains = Dictionary(grouping: decisions, by: \.point.chain).values
        let whole = chains.filter { members in members.allSatisfy { !$0.isKept } }
        let isOnlyChains = whole.reduce(0) { $0 + $1.count(where: \.point.isGood) } == going
        if isOnlyChains, whole.count * 100 <= chains.count * rules.mostRemoved { return nil }
        return .share(removed: going, of: good.count, limit: rules.mostRemoved)
    }
}

extension RetentionPlan.Refusal: CustomStringConvertible {
    /// One line.
    var description: String {
        switch self {
        case .future(let point, let started):
            "nothing is removed: point \(point) was begun at \(started.formatted(.iso8601)), which is still to come"
        case .share(let removed, let all, let limit):
            "nothing is removed: \(removed) of \(all) good points would go, and with.keep.most_removed allows \(limit) %"
        }
    }

    /// What to do about it.
    func fix(job: String) -> String {
        switch self {
        case .future:
            "set the clock right; if it is, look at acore-sched backup prune --dry-run --force --job \(job), and run it without --dry-run"
        case .share:
            "look at acore-sched backup prune --dry-run --force --job \(job); if that is meant, run it without --dry-run"
        }
    }
}
