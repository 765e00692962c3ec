package import CronSchedule

/// Slots next to each other that share one row.
package struct SlotSpan: Sendable, Hashable {
    /// Counting stops here: a job of one second down for a year must not hold up the loop.
    package static let countBound = 10_000

    package var first: Instant
    package var last: Instant
    /// Slots from first to last, at most ``countBound``.
    package var count: Int

    /// Counts the slots of `timetable` in `(after, last]`.
    /// - Returns: nil when there is none.
    package init?(of timetable: JobTimetable, after: Instant, upTo last: Instant, fixedFloor: Instant? = nil) throws(CronSearchError) {
        guard let first = try timetable.next(after: after, fixedFloor: fixedFloor), first <= last else { return nil }
        self.first = first
        self.last = first
        count = 1
        while count < Self.countBound, let next = try timetable.next(after: self.last, fixedFloor: fixedFloor), next <= last {
            self.last = next
            count += 1
        }
        if count == Self.countBound, let end = try timetable.latest(after: after, upTo: last, fixedFloor: fixedFloor) { self.last = end }
    }
}
