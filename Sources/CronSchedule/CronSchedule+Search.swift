extension CronSchedule {
    /// The first occurrence strictly after a moment.
    ///
    /// Calendar occurrences lie on whole seconds of the years 1970 to 2199. `@every` counts from `instant`, which is meant to be the
    /// last occurrence recorded. `@reboot` has none. Allocates nothing.
    /// - Parameters:
    ///   - zone: the zone whose wall clock the fields speak of; `@every` does not look at it.
    ///   - dstGap: whether a fixed-time slot that the clock leapt over runs after the gap.
    /// - Returns: nil when the schedule never fires again.
    /// - Throws: only for a zone whose rules contradict themselves.
    public func next(after instant: Instant, in zone: any TimeZoneRules, dstGap: DSTGapPolicy = .run) throws(CronSearchError) -> Instant? {
        switch plan {
        case .calendar(let table):
            let start = instant.seconds &+ 1
            if let near = CronSchedule.nextWithinPeriod(table, from: start, zone) { return near }
            let search = ZoneSearch(timetable: table, zone: zone, dstGap: dstGap)
            guard let found = try search.first(from: start) else { return nil }
            guard found >= start else { throw .inconsistentZone(zone: zone.identifier, seconds: start) }
            return Instant(seconds: found)
        case .every(let milliseconds): return instant.advanced(by: .milliseconds(milliseconds))
        case .reboot: return nil
        }
    }

    /// The last occurrence strictly before a moment; the mirror image of ``next(after:in:dstGap:)``.
    /// - Returns: nil when the schedule never fired before.
    /// - Throws: only for a zone whose rules contradict themselves.
    public func previous(before instant: Instant, in zone: any TimeZoneRules, dstGap: DSTGapPolicy = .run) throws(CronSearchError)
        -> Instant?
    {
        switch plan {
        case .calendar(let table):
            let end = instant.milliseconds == instant.seconds &* 1_000 ? instant.seconds - 1 : instant.seconds
            let search = ZoneSearch(timetable: table, zone: zone, dstGap: dstGap)
            guard let found = try search.last(through: end) else { return nil }
            guard found <= end else { throw .inconsistentZone(zone: zone.identifier, seconds: end) }
            return Instant(seconds: found)
        case .every(let milliseconds): return instant.advanced(by: .milliseconds(-milliseconds))
        case .reboot: return nil
        }
    }

    /// The common case, in which no change of the clock is near: the slot lies in the period that contains `start`.
    ///
    /// Nil means that ``ZoneSearch`` must look. It answers the same; this way takes no copy of the zone, hence no reference count.
    @inline(__always)
    private static func nextWithinPeriod(_ table: Timetable, from start: Int64, _ zone: any TimeZoneRules) -> Instant? {
        let period = zone.period(containing: start)
        guard start < period.end, start &- period.start >= ZoneSearch.longestRepeat, period.offset.magnitude <= 93_600 else { return nil }
        let slot = table.firstSlot(from: start &+ Int64(period.offset))
        guard slot < period.end &+ Int64(period.offset) else { return nil }
        return Instant(seconds: slot &- Int64(period.offset))
    }
}
