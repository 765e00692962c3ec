package import CronSchedule

/// How long a key has been how bad: what results since the last good one add up to.
package struct Trouble: Sendable, Hashable, Codable {
    /// Warning or worse.
    package var bad: Streak?
    package var critical: Streak?
    /// Bad, but not critical: lets a critical alert fall.
    package var mild: Streak?
    package var unknown: Streak?

    package init() {}

    /// - Parameter level: not ok.
    package init(_ level: AlertLevel, at instant: Instant) {
        take(level, at: instant)
    }

    /// Counts a result. An unknown one neither adds to what is bad nor ends it.
    mutating func take(_ level: AlertLevel, at instant: Instant) {
        switch level {
        case .ok: self = Trouble()
        case .unknown: unknown = .extended(unknown, at: instant)
        case .warning:
            (unknown, critical) = (nil, nil)
            bad = .extended(bad, at: instant)
            mild = .extended(mild, at: instant)
        case .critical:
            (unknown, mild) = (nil, nil)
            bad = .extended(bad, at: instant)
            critical = .extended(critical, at: instant)
        }
    }

    /// The worst level for which the patience is over; nil when it is over for none.
    func level(by rule: AlertRule) -> AlertLevel? {
        if rule.critical.isMet(by: critical) { return .critical }
        if rule.warning.isMet(by: bad) { return .warning }
        return rule.unknown.isMet(by: unknown) ? .unknown : nil
    }

    /// Since when.
    var since: Instant? { [bad?.first, unknown?.first].compactMap(\.self).min() }
}
