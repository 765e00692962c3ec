import CronSchedule
import JobKit

/// Finds the slot that a moment belongs to: by the rows of the ledger and by the timetable as it is now.
struct SlotFinder {
    /// A moment this far from a slot still means it.
    static let tolerance = SlotPlanner.lateness

    struct Found: Hashable {
        var slot: Slot
        var relation: SlotRelation
    }

    let facts: ExplanationFacts
    private let calendar: ExplainedTimetable?

    init(_ facts: ExplanationFacts) {
        self.facts = facts
        calendar = facts.scheduled.map { ExplainedTimetable($0.timetable, cursor: facts.cursor, now: facts.now) }
    }

    private var moment: Instant { facts.moment }
    private var jitter: Duration { facts.cursor?.jitter ?? .zero }

    /// - Returns: nil when the moment is not near a slot.
    func find() throws(CronSearchError) -> Found? {
        if recorded.contains(moment) { return Found(slot: .instant(moment), relation: .exact) }
        if try calendar?.last(upTo: moment) == moment { return Found(slot: .instant(moment), relation: .exact) }
        if let slot = try calendar?.gapSlot(for: moment, writtenOffset: facts.writtenOffset) {
            return Found(slot: .instant(slot), relation: .gap)
        }
        if let slot = try jittered() { return Found(slot: .instant(slot), relation: .jitter(jitter)) }
        return try nearest() ?? boot()
    }

    /// The slots before and after the moment, rows and timetable taken together.
    func neighbours() throws(CronSearchError) -> (before: Instant?, after: Instant?) {
        let before = [recorded.filter { $0 < moment }.max(), try calendar?.last(upTo: moment.moved(by: .milliseconds(-1)))]
        let after = [recorded.filter { $0 > moment }.min(), try calendar?.first(after: moment)]
        return (before.compactMap { $0 }.max(), after.compactMap { $0 }.min())
    }

    /// Slots that have a row of their own, or begin or end the row of a span.
    private var recorded: [Instant] {
        facts.past.occurrences.flatMap { [$0.slot.instant, $0.spanFirst].compactMap { $0 } }
            + facts.past.runs.compactMap { $0.slot?.instant }
    }

    /// The slot whose start jitter moved to the moment or past it.
    private func jittered() throws(CronSearchError) -> Instant? {
        guard jitter > .zero else { return nil }
        let known = [recorded.filter { $0 <= moment }.max(), try calendar?.last(upTo: moment)].compactMap { $0 }.max()
        guard let known, moment <= known.moved(by: jitter).moved(by: Self.tolerance) else { return nil }
        return known
    }

    private func nearest() throws(CronSearchError) -> Found? {
        let (before, after) = try neighbours()
        let nearest = [before, after].compactMap { $0 }.min { abs(moment.distance(from: $0)) < abs(moment.distance(from: $1)) }
        guard let nearest else { return nil }
        let distance = Duration.milliseconds(moment.distance(from: nearest))
        guard abs(distance.wholeMilliseconds) <= Self.tolerance.wholeMilliseconds else { return nil }
        return Found(slot: .instant(nearest), relation: .near(distance))
    }

    private func boot() -> Found? {
        let boots = facts.past.occurrences.filter { $0.slot.instant == nil }
        guard let nearest = boots.min(by: { abs(moment.distance(from: $0.decidedAt)) < abs(moment.distance(from: $1.decidedAt)) })
        else { return nil }
        let distance = moment.distance(from: nearest.decidedAt)
        guard abs(distance) <= Self.tolerance.wholeMilliseconds else { return nil }
        return Found(slot: nearest.slot, relation: distance == 0 ? .exact : .near(.milliseconds(distance)))
    }
}

extension Instant {
    /// Milliseconds since `other`; at the ends of what a number holds it stays there.
    func distance(from other: Instant) -> Int64 {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
        return overflow || difference == .min ? .max : difference
    }
}
