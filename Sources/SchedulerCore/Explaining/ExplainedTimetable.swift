import CronSchedule
import JobKit

/// A timetable asked about any moment. Beats of `@every` are known from where the job is accounted for; those before it only by rows.
struct ExplainedTimetable {
    let timetable: JobTimetable
    private let accountedTo: Instant

    init(_ timetable: JobTimetable, cursor: JobCursor?, now: Instant) {
        self.timetable = timetable
        let isSame = cursor?.timetable == nil || cursor?.timetable == timetable.fingerprint
        accountedTo = isSame ? cursor?.accountedTo ?? now : now
    }

    private var hasBeat: Bool {
        timetable.schedules.contains { schedule in
            switch schedule.kind {
            case .every: true
            case .calendar, .reboot: false
            }
        }
    }

    /// The last slot at or before `instant`.
    func last(upTo instant: Instant) throws(CronSearchError) -> Instant? {
        if hasBeat, let beat = try timetable.latest(after: accountedTo, upTo: instant) { return beat }
        var latest: Instant?
        for schedule in timetable.schedules {
            guard case .calendar = schedule.kind else { continue }
            let slot = try schedule.previous(before: instant.moved(by: .milliseconds(1)), in: timetable.zone, dstGap: timetable.dstGap)
            if let slot { latest = max(slot, latest ?? slot) }
        }
        return latest
    }

    /// The first slot after `instant`.
    func first(after instant: Instant) throws(CronSearchError) -> Instant? {
        guard hasBeat else { return try timetable.next(after: instant) }
        let base = try timetable.latest(after: accountedTo, upTo: instant) ?? accountedTo
        return try timetable.next(after: base)
    }

    /// The slot that stands for a wall time that the zone leaps over.
    /// - Parameter writtenOffset: with which the moment was written; it is the zone's of before or after the leap, on its wrong side.
    func gapSlot(for moment: Instant, writtenOffset: Int?) throws(CronSearchError) -> Instant? {
        guard let hit = gap(around: moment, writtenOffset: writtenOffset) else { return nil }
        for schedule in timetable.schedules {
            guard let note = try schedule.occurrence(at: hit.change.instant, in: timetable.zone, dstGap: timetable.dstGap)?.note,
                case .afterGap = note, try schedule.occurrence(at: moment, in: hit.clock) != nil
            else { continue }
            return hit.change.instant
        }
        return nil
    }

    /// Why the timetable does not fire at a moment, a sentence for each schedule.
    func reason(at moment: Instant, writtenOffset: Int?) throws(CronSearchError) -> String {
        var reasons: [String] = []
        if let hit = gap(around: moment, writtenOffset: writtenOffset) {
            let time = MomentWords.wallTime(moment, offset: hit.clock.offset)
            reasons.append("\(timetable.zone.identifier) has no \(time) on this day")
            for schedule in timetable.schedules where try schedule.occurrence(at: moment, in: hit.clock) != nil {
                reasons.append(
                    schedule.kind == .calendar(.interval)
                        ? "an interval job follows elapsed time: slots that do not exist do not run" : "dst_gap: skip drops that slot")
            }
            return reasons.joined(separator: "; ")
        }
        for schedule in timetable.schedules {
            let reason = try schedule.reason(at: moment, in: timetable.zone, dstGap: timetable.dstGap)
            let text = timetable.schedules.count > 1 ? "\(schedule.text): \(reason.text)" : reason.text
            if !reason.fires, !reasons.contains(text) { reasons.append(text) }
        }
        return reasons.joined(separator: "; ")
    }

    /// What a change of the clock does at a slot.
    func note(at slot: Instant) throws(CronSearchError) -> String? {
        var notes: [String] = []
        for schedule in timetable.schedules {
            guard case .calendar = schedule.kind else { continue }
            let before = slot.moved(by: .milliseconds(-1))
            let row = try schedule.preview(count: 1, from: before, in: timetable.zone, dstGap: timetable.dstGap).first
            if let row, row.instant == slot, let note = row.note, !notes.contains(note) { notes.append(note) }
        }
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }

    private func gap(around moment: Instant, writtenOffset: Int?) -> (change: ZoneTransition, clock: SteadyClock)? {
        guard let writtenOffset, writtenOffset != timetable.zone.offset(at: moment) else { return nil }
        let changes = [timetable.zone.transition(atOrBefore: moment), timetable.zone.transition(after: moment)].compactMap { $0 }
        for change in changes where change.leap > 0 && [change.offsetBefore, change.offsetAfter].contains(writtenOffset) {
            let local = moment.seconds + Int64(writtenOffset)
            let leapsFrom = change.seconds + Int64(change.offsetBefore)
            guard local >= leapsFrom, local < leapsFrom + Int64(change.leap) else { continue }
            return (change, SteadyClock(offset: writtenOffset))
        }
        return nil
    }
}

/// A clock that is never set: what a wall would have shown without a change.
struct SteadyClock: TimeZoneRules {
    let offset: Int

    var identifier: String { "UTC\(offset < 0 ? "" : "+")\(offset)" }

    func period(containing seconds: Int64) -> ZonePeriod {
        ZonePeriod(start: ZonePeriod.distantPast, end: ZonePeriod.distantFuture, offset: offset)
    }
}
