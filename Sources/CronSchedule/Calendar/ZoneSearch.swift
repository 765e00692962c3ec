/// Carries a search on the wall clock through the periods of a zone: gaps, repeats and skipped days.
///
/// Rules (docs/cron.md): a fixed-time slot in a gap shorter than three hours becomes one occurrence at the first moment after the
/// gap; in a repeat it runs the first time only. An interval job takes every slot that exists, in both passes.
struct ZoneSearch {
    let timetable: Timetable
    let zone: any TimeZoneRules
    let dstGap: DSTGapPolicy

    /// A gap of this many seconds or more never existed on anybody's clock: its slots are dropped.
    static let longestGapMadeUp = 3 * 3_600
    /// A clock never falls back further than this; older periods cannot have shown the same local time.
    static let longestRepeat: Int64 = 2 * 86_400

    private var interval: Bool { timetable.marks.contains(.interval) }

    /// The first occurrence at or after `start` (seconds since the epoch), or nil.
    @inline(__always)
    func first(from start: Int64) throws(CronSearchError) -> Int64? {
        let period = try self.period(containing: start)
        if period.start == ZonePeriod.distantPast && period.end == ZonePeriod.distantFuture {
            let slot = timetable.firstSlot(from: start &+ Int64(period.offset))
            return slot == Timetable.noneAfter ? nil : slot &- Int64(period.offset)
        }
        var shown = start &+ Int64(period.offset)
        if start &- period.start < ZoneSearch.longestRepeat && !interval {
            if start == period.start, try gapSlot(before: period) != nil { return start }
            shown = max(shown, try localTimeShown(before: period))
        }
        let slot = timetable.firstSlot(from: shown)
        if slot < period.end &+ Int64(period.offset) { return slot &- Int64(period.offset) }
        return try firstBeyond(period, slot: slot, start: start)
    }

    /// Goes on behind the end of `period`; `slot` is the first slot at or after its local end.
    private func firstBeyond(_ first: ZonePeriod, slot: Int64, start: Int64) throws(CronSearchError) -> Int64? {
        var period = first
        var slot = slot
        var start = start
        for _ in 0..<CronSchedule.maximumPeriodsSearched {
            if period.end == ZonePeriod.distantFuture { return nil }
            if slot == Timetable.noneAfter && period.end - start > ZoneSearch.longestRepeat { return nil }
            let next = try self.period(containing: period.end)
            guard next.start == period.end, next.end > next.start else { throw inconsistent(at: period.end) }
            let opening = next.start + Int64(next.offset)
            if slot < opening {
                if !interval && makesUp(next.offset - period.offset) { return next.start }
                slot = timetable.firstSlot(from: opening)
            } else if interval && next.offset < period.offset {
                slot = timetable.firstSlot(from: opening)
            }
            period = next
            start = max(start, next.start)
            if slot < period.end + Int64(period.offset) { return slot - Int64(period.offset) }
        }
        throw .tooManyPeriods(zone: zone.identifier)
    }

    /// The last occurrence at or before `end` (seconds since the epoch), or nil.
    func last(through end: Int64) throws(CronSearchError) -> Int64? {
        var period = try self.period(containing: end)
        var end = end
        var slot = timetable.lastSlot(through: end + Int64(period.offset))
        for _ in 0..<CronSchedule.maximumPeriodsSearched {
            let opening = interval ? period.start + Int64(period.offset) : try openingOfUnseen(period)
            if slot >= opening { return slot - Int64(period.offset) }
            if period.start == ZonePeriod.distantPast { return nil }
            if slot == Timetable.noneBefore && end - period.start > ZoneSearch.longestRepeat { return nil }
            if !interval, try gapSlot(before: period) != nil { return period.start }
            let previous = try self.period(containing: period.start - 1)
            guard previous.end == period.start, previous.start < previous.end else { throw inconsistent(at: period.start - 1) }
            end = period.start - 1
            let closing = end + Int64(previous.offset)
            // Behind a repeat the earlier period reaches further on the wall clock than the search has come.
            if slot > closing || previous.offset > period.offset { slot = timetable.lastSlot(through: closing) }
            period = previous
        }
        throw .tooManyPeriods(zone: zone.identifier)
    }

    /// The slots that the gap at the start of `period` swallowed and that run at its first moment: the first of them, or nil.
    func gapSlot(before period: ZonePeriod) throws(CronSearchError) -> Int64? {
        guard period.start > ZonePeriod.distantPast else { return nil }
        let previous = try self.period(containing: period.start - 1)
        guard makesUp(period.offset - previous.offset) else { return nil }
        let from = max(period.start + Int64(previous.offset), try localTimeShown(before: previous))
        let slot = timetable.firstSlot(from: from)
        return slot < period.start + Int64(period.offset) ? slot : nil
    }

    /// The local time up to which (exclusive) the clock had already shown everything when `period` began.
    ///
    /// Looks at the periods of the two days before, since no clock falls back further.
    func localTimeShown(before period: ZonePeriod) throws(CronSearchError) -> Int64 {
        var shown = ZonePeriod.distantPast
        var later = period
        for _ in 0..<CronSchedule.maximumPeriodsSearched {
            guard later.start > ZonePeriod.distantPast, period.start - later.start < ZoneSearch.longestRepeat else { return shown }
            let earlier = try self.period(containing: later.start - 1)
            guard earlier.start < earlier.end, earlier.end == later.start else { throw inconsistent(at: later.start - 1) }
            shown = max(shown, earlier.end + Int64(earlier.offset))
            later = earlier
        }
        throw .tooManyPeriods(zone: zone.identifier)
    }

    private func openingOfUnseen(_ period: ZonePeriod) throws(CronSearchError) -> Int64 {
        max(period.start + Int64(period.offset), try localTimeShown(before: period))
    }

    private func makesUp(_ leap: Int) -> Bool {
        dstGap == .run && leap > 0 && leap < ZoneSearch.longestGapMadeUp
    }

    @inline(__always)
    private func period(containing seconds: Int64) throws(CronSearchError) -> ZonePeriod {
        let period = zone.period(containing: seconds)
        guard period.start <= seconds, seconds < period.end, period.offset.magnitude <= 93_600 else { throw inconsistent(at: seconds) }
        return period
    }

    private func inconsistent(at seconds: Int64) -> CronSearchError {
        .inconsistentZone(zone: zone.identifier, seconds: seconds)
    }
}
