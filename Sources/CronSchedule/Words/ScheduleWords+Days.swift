extension ScheduleWords {
    /// `on weekdays`; empty when every day matches.
    var days: String {
        let days = FieldText(field: .dayOfMonth, values: table.values(.dayOfMonth))
        let weekdays = FieldText(field: .dayOfWeek, values: table.values(.dayOfWeek))
        let daysText = days.isFull ? "" : monthDays(days)
        let weekdaysText = weekdays.isFull ? "" : weekDays(weekdays)
        if table.marks.contains(.bothRestricted) {
            return daysText.isEmpty || weekdaysText.isEmpty ? "" : "on \(daysText) or \(weekdaysText) (either matches)"
        }
        if daysText.isEmpty { return weekdaysText.isEmpty ? "" : "on \(weekdaysText)" }
        return "on \(daysText)" + (weekdaysText.isEmpty ? "" : ", if the day is one of: \(weekdaysText)")
    }

    private func monthDays(_ days: FieldText) -> String {
        var parts: [String] = []
        if let step = days.starStep {
            parts.append(step == 2 ? "odd days of the month" : "day 1 of the month and each \(step) days later")
        } else if !days.values.isEmpty {
            let list = days.text(.never).split(separator: ",").map { $0.split(separator: "-").joined(separator: " to ") }
            parts.append("day\(days.values.count == 1 ? "" : "s") \(ScheduleWords.joined(list)) of the month")
        }
        if table.marks.contains(.lastDay) { parts.append("the last day of the month") }
        if table.marks.contains(.lastWorkday) { parts.append("the last Monday-to-Friday of the month") }
        if table.nearestWorkday > 0 { parts.append("the Monday-to-Friday nearest to day \(table.nearestWorkday)") }
        return ScheduleWords.joined(parts)
    }

    private func weekDays(_ weekdays: FieldText) -> String {
        var parts: [String] = []
        switch weekdays.values {
        case []: break
        case [1, 2, 3, 4, 5]: parts.append("weekdays")
        case [0, 6]: parts.append("weekends")
        case let values: parts += (values.filter { $0 > 0 } + values.filter { $0 == 0 }).map { ScheduleWords.weekdays[$0] }
        }
        let places = ["first", "second", "third", "fourth", "fifth"]
        for bit in table.nthWeekdays.setBits { parts.append("the \(places[bit / 8]) \(ScheduleWords.weekdays[bit % 8]) of the month") }
        for day in table.lastWeekdays.setBits { parts.append("the last \(ScheduleWords.weekdays[day]) of the month") }
        return ScheduleWords.joined(parts)
    }

    /// What a change of the clock does to one occurrence.
    static func note(_ note: CronOccurrence.ClockNote, slots: Int, local: LocalTime) -> String {
        switch note {
        case .afterGap(let first, let last):
            first == last && slots == 1
                ? "there is no \(first) on this day: runs right after the gap"
                : "there is no \(first == last ? first : "\(first) to \(last)") on this day: runs once for \(slots) slots"
        case .firstPass: "\(local.shortTime) comes twice: this is the first"
        case .secondPass: "\(local.shortTime) comes twice: this is the second"
        }
    }
}
