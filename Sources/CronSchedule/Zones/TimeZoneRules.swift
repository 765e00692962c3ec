/// What a schedule must know about a time zone.
///
/// One question answers all others: which stretch of constant offset contains a moment. Stretches follow each other without a
/// hole, and neighbours differ in their offset. ``SystemTimeZone`` reads them from the system's tz data; a test may make its own.
public protocol TimeZoneRules: Sendable {
    /// The name to show, for example `Europe/Berlin`.
    var identifier: String { get }

    /// The stretch of constant offset that contains a moment.
    /// - Parameter seconds: seconds since the Unix epoch.
    func period(containing seconds: Int64) -> ZonePeriod
}

extension TimeZoneRules {
    /// Seconds east of UTC at `instant`.
    public func offset(at instant: Instant) -> Int {
        period(containing: instant.seconds).offset
    }

    /// The first change of offset strictly after `instant`, or nil when there is none.
    public func transition(after instant: Instant) -> ZoneTransition? {
        let before = period(containing: instant.seconds)
        guard before.end < ZonePeriod.distantFuture else { return nil }
        return ZoneTransition(at: before.end, from: before.offset, to: period(containing: before.end).offset)
    }

    /// The last change of offset at or before `instant`, or nil when there is none.
    public func transition(atOrBefore instant: Instant) -> ZoneTransition? {
        let after = period(containing: instant.seconds)
        guard after.start > ZonePeriod.distantPast else { return nil }
        return ZoneTransition(at: after.start, from: period(containing: after.start - 1).offset, to: after.offset)
    }
}
