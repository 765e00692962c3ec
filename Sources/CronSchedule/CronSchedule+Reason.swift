extension CronSchedule {
    /// Why the timetable fires, or does not, at `instant`. What else decides (pause, overlap, downtime) is not looked at.
    /// - Throws: only for a zone whose rules contradict themselves.
    public func reason(at instant: Instant, in zone: any TimeZoneRules, dstGap: DSTGapPolicy = .run) throws(CronSearchError) -> CronReason {
        let table: Timetable
        switch plan {
        case .every(let milliseconds):
            let text = "every \(IntervalText.text(milliseconds: milliseconds)) after its last occurrence, whatever the clock shows"
            return CronReason(fires: false, text: text)
        case .reboot: return CronReason(fires: false, text: "fires once after each boot, whatever the clock shows")
        case .calendar(let fields): table = fields
        }
        let local = LocalTime(localSeconds: instant.seconds + Int64(zone.offset(at: instant)))
        let shown = "\(local.dateText) \(local.shortTime)"
        if let occurrence = try occurrence(at: instant, in: zone, dstGap: dstGap) {
            let note = occurrence.note.map { ": " + ScheduleWords.note($0, slots: occurrence.slots, local: local) } ?? ""
            return CronReason(fires: true, text: "\(shown) matches \(canonical)\(note)")
        }
        if dstGap == .skip, let dropped = try occurrence(at: instant, in: zone)?.note, case .afterGap(let first, _) = dropped {
            return CronReason(fires: false, text: "there is no \(first) on this day, and dst_gap: skip drops that slot")
        }
        let failed = mismatches(table, local)
        if !failed.isEmpty { return CronReason(fires: false, text: failed.joined(separator: "; ")) }
        guard instant.milliseconds == instant.seconds &* 1_000 else {
            return CronReason(fires: false, text: "occurrences lie on whole seconds")
        }
        return CronReason(
            fires: false, text: "\(shown) matches, but the clock has shown it before: a fixed-time job runs the first time only")
    }

    private func mismatches(_ table: Timetable, _ local: LocalTime) -> [String] {
        var failed: [String] = []
        let numbers: [(CronField, Int)] = [
            (.year, local.date.year), (.month, local.date.month), (.hour, local.hour), (.minute, local.minute), (.second, local.second),
        ]
        for (field, number) in numbers where !table.values(field).contains(number) {
            failed.append("\(field.name) \(number) does not match \(table.text(field))")
        }
        let first = CivilDate.weekday(daysSinceEpoch: local.date.daysSinceEpoch - local.date.day + 1)
        let days = table.matchingDays(first: first, length: CivilDate.length(year: local.date.year, month: local.date.month))
        if days >> UInt32(local.date.day) & 1 == 0 {
            let either = table.marks.contains(.bothRestricted) ? "either of" : "both of"
            failed.append(
                "\(ScheduleWords.weekdays[local.weekday]) the \(local.date.day). does not match \(either) "
                    + "day-of-month \(table.text(.dayOfMonth)) and day-of-week \(table.text(.dayOfWeek))")
        }
        return failed
    }
}
