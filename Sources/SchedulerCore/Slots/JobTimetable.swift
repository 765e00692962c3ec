package import CronSchedule
import JobKit

/// All schedules of one job in one zone, asked as if they were one.
package struct JobTimetable: Sendable {
    package let schedules: [CronSchedule]
    package let zone: any TimeZoneRules
    package let dstGap: DSTGapPolicy
    /// Sixteen characters that differ between timetables: tells a changed job file from the same one after downtime.
    package let fingerprint: String

    package init(schedules: [CronSchedule], zone: any TimeZoneRules, dstGap: DSTGapPolicy = .run) {
        self.schedules = schedules
        self.zone = zone
        self.dstGap = dstGap
        let texts = schedules.map(\.text) + [zone.identifier, dstGap.rawValue]
        let digits = String(StableHash.of(texts.joined(separator: "\u{0}")), radix: 16)
        fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Whether any moment is due by the clock; a job with `@reboot` alone, or without a schedule, has none.
    package var hasMoments: Bool { schedules.contains { $0.kind != .reboot } }

    /// Whether a boot of the machine is a slot.
    package var servesBoots: Bool { schedules.contains { $0.kind == .reboot } }

    /// The first slot after `instant`.
    /// - Parameter fixedFloor: slots of fixed-time schedules up to here do not count.
    /// - Throws: when a schedule cannot be searched within its bound.
    package func next(after instant: Instant, fixedFloor: Instant? = nil) throws(CronSearchError) -> Instant? {
        var first: Instant?
        for schedule in schedules where schedule.kind != .reboot {
            let start = schedule.isFixedTime ? max(instant, fixedFloor ?? instant) : instant
            if let slot = try schedule.next(after: start, in: zone, dstGap: dstGap) {
                first = min(slot, first ?? slot)
            }
        }
        return first
    }

    /// The last slot in the span `(accountedTo, limit]`.
    package func latest(after accountedTo: Instant, upTo limit: Instant, fixedFloor: Instant? = nil) throws(CronSearchError) -> Instant? {
        guard limit > accountedTo else { return nil }
        var latest: Instant?
        var beat: Int64?
        for schedule in schedules {
            switch schedule.kind {
            case .reboot: break
            case .every(let duration): beat = min(duration.wholeMilliseconds, beat ?? .max)
            case .calendar:
                let floor = schedule.isFixedTime ? max(accountedTo, fixedFloor ?? accountedTo) : accountedTo
                if let slot = try lastSlot(of: schedule, after: floor, upTo: limit) { latest = max(slot, latest ?? slot) }
            }
        }
        guard let beat else { return latest }
        // The beat goes on from the last slot, of whatever schedule, so that downtime does not shift it.
        let base = latest ?? accountedTo
        let beats = (limit.milliseconds - base.milliseconds) / beat
        return beats > 0 ? Instant(milliseconds: base.milliseconds + beats * beat) : latest
    }

    private func lastSlot(of schedule: CronSchedule, after floor: Instant, upTo limit: Instant) throws(CronSearchError) -> Instant? {
        guard limit > floor,
            let slot = try schedule.previous(before: Instant(milliseconds: limit.milliseconds + 1), in: zone, dstGap: dstGap),
            slot > floor
        else { return nil }
        return slot
    }

    /// Whether all its schedules count elapsed time and none looks at the calendar.
    package var isElapsedOnly: Bool {
        !schedules.isEmpty
            && schedules.allSatisfy { schedule in
                switch schedule.kind {
                case .every, .reboot: true
                case .calendar: false
                }
            }
    }
}

extension CronSchedule {
    /// Whether its slots keep to the wall clock, so that an hour that comes twice has them once.
    fileprivate var isFixedTime: Bool {
        switch kind {
        case .calendar(.fixedTime): true
        case .calendar(.interval), .every, .reboot: false
        }
    }
}
