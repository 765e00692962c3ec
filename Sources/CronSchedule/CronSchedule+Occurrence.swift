extension CronSchedule {
    /// What lies behind an occurrence, or nil when the schedule does not fire at `instant`.
    /// - Throws: only for a zone whose rules contradict themselves.
    public func occurrence(at instant: Instant, in zone: any TimeZoneRules, dstGap: DSTGapPolicy = .run) throws(CronSearchError)
        -> CronOccurrence?
    {
        guard case .calendar(let table) = plan, instant.milliseconds == instant.seconds &* 1_000,
            try next(after: Instant(seconds: instant.seconds &- 1), in: zone, dstGap: dstGap) == instant
        else { return nil }
        let period = zone.period(containing: instant.seconds)
        let local = instant.seconds + Int64(period.offset)
        if !table.isInterval, instant.seconds == period.start {
            let search = ZoneSearch(timetable: table, zone: zone, dstGap: dstGap)
            if let first = try search.gapSlot(before: period) {
                let (count, last) = CronSchedule.slots(of: table, from: first, before: local)
                let note = CronOccurrence.ClockNote.afterGap(
                    first: LocalTime(localSeconds: first).shortTime, last: LocalTime(localSeconds: last).shortTime)
                return CronOccurrence(instant: instant, slots: count + (table.firstSlot(from: local) == local ? 1 : 0), note: note)
            }
        }
        return CronOccurrence(instant: instant, slots: 1, note: CronSchedule.pass(instant.seconds, period, zone))
    }

    /// The slots of a gap: how many, and the last. A gap that is made up for is shorter than three hours, hence has fewer than 10,800.
    static func slots(of table: Timetable, from first: Int64, before end: Int64) -> (count: Int, last: Int64) {
        var count = 0
        var last = first
        var slot = first
        while slot < end, count < ZoneSearch.longestGapMadeUp {
            count += 1
            last = slot
            slot = table.firstSlot(from: slot + 1)
        }
        return (count, last)
    }

    /// Whether the wall clock shows the time of `seconds` twice.
    static func pass(_ seconds: Int64, _ period: ZonePeriod, _ zone: any TimeZoneRules) -> CronOccurrence.ClockNote? {
        let local = seconds + Int64(period.offset)
        if period.start > ZonePeriod.distantPast {
            let before = zone.period(containing: period.start - 1)
            if local < period.start + Int64(before.offset) { return .secondPass }
        }
        if period.end < ZonePeriod.distantFuture {
            let after = zone.period(containing: period.end)
            if local >= period.end + Int64(after.offset) { return .firstPass }
        }
        return nil
    }
}
