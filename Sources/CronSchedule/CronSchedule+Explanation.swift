extension CronSchedule {
    /// How many changes of the clock after `from` are looked at for the remark about the next one that matters: about a year's.
    static let changesExplained = 4

    /// The schedule in words, with its zone and what the next change of the clock does to it.
    ///
    /// For example `at 02:30 every day, Europe/Berlin; 2027-03-28 has no 02:30: runs at 03:00`.
    public func explanation(in zone: any TimeZoneRules, from instant: Instant, dstGap: DSTGapPolicy = .run) -> String {
        switch plan {
        case .every(let milliseconds):
            return "every \(IntervalText.text(milliseconds: milliseconds)) of real time, counted from the last occurrence"
        case .reboot: return "once after each boot"
        case .calendar(let table):
            let words = "\(ScheduleWords(table: table).sentence), \(zone.identifier)"
            guard table.firstSlot(from: 0) != Timetable.noneAfter else { return words + "; never fires" }
            let present = instant.seconds &+ Int64(zone.offset(at: instant))
            guard table.firstSlot(from: present &- ZoneSearch.longestRepeat) != Timetable.noneAfter else {
                return words + "; never fires again"
            }
            var moment = instant
            for _ in 0..<CronSchedule.changesExplained {
                guard let change = zone.transition(after: moment) else { break }
                if let remark = remark(table, change, dstGap) { return "\(words); \(remark)" }
                moment = change.instant
            }
            return words
        }
    }

    /// What a change of the clock does to the schedule; nil when no slot is touched.
    private func remark(_ table: Timetable, _ change: ZoneTransition, _ dstGap: DSTGapPolicy) -> String? {
        let leapsFrom = change.seconds + Int64(change.offsetBefore)
        let leapsTo = change.seconds + Int64(change.offsetAfter)
        let first = table.firstSlot(from: min(leapsFrom, leapsTo))
        guard first < max(leapsFrom, leapsTo) else { return nil }
        let last = table.lastSlot(through: max(leapsFrom, leapsTo) - 1)
        let local = LocalTime(localSeconds: first)
        let times = first == last ? local.shortTime : "\(local.shortTime) to \(LocalTime(localSeconds: last).shortTime)"
        if change.leap < 0 {
            return "\(local.dateText) has \(times) twice: runs \(table.isInterval ? "both times" : "the first time")"
        }
        let isMadeUp = !table.isInterval && dstGap == .run && change.leap < ZoneSearch.longestGapMadeUp
        let outcome =
            isMadeUp
            ? "runs \(first == last ? "" : "once ")at \(LocalTime(localSeconds: leapsTo).shortTime)"
            : first == last ? "does not run" : "they do not run"
        return "\(local.dateText) has no \(times): \(outcome)"
    }
}
