extension Timetable {
    var isInterval: Bool { marks.contains(.interval) }

    /// The values of a field in ascending order, without the special forms of the day fields.
    func values(_ field: CronField) -> [Int] {
        switch field {
        case .second: seconds.setBits
        case .minute: minutes.setBits
        case .hour: hours.setBits
        case .dayOfMonth: days.setBits
        case .month: months.setBits
        case .dayOfWeek: weekdays.setBits
        case .year: (Timetable.firstYear...Timetable.lastYear).filter { years.contains($0) }
        }
    }

    /// `L`, `LW`, `15W`, `5L`, `5#2` as they are written.
    func specials(_ field: CronField) -> [String] {
        switch field {
        case .dayOfMonth:
            (marks.contains(.lastDay) ? ["L"] : []) + (marks.contains(.lastWorkday) ? ["LW"] : [])
                + (nearestWorkday > 0 ? ["\(nearestWorkday)W"] : [])
        case .dayOfWeek:
            lastWeekdays.setBits.map { "\($0)L" } + nthWeekdays.setBits.map { "\($0 % 8)#\($0 / 8 + 1)" }
        case .second, .minute, .hour, .month, .year: []
        }
    }

    /// The text of a field in the canonical spelling.
    func text(_ field: CronField) -> String {
        FieldText(field: field, values: values(field)).text(star(field), specials: specials(field))
    }

    /// The canonical text must keep what a leading `*` decides: the class, and whether a day field is restricted.
    private func star(_ field: CronField) -> FieldText.Star {
        switch field {
        case .second, .month, .year: .natural
        case .dayOfMonth: marks.contains(.daysRestricted) ? .never : .forced
        case .dayOfWeek: marks.contains(.weekdaysRestricted) ? .never : .forced
        case .minute: isInterval ? (intervalIsNatural || minutes & 1 == 0 ? .natural : .forced) : .never
        case .hour: isInterval ? (intervalIsNatural || minutes & 1 == 1 ? .natural : .forced) : .never
        }
    }

    /// Whether the minute or the hour field begins with `*` without being made to.
    private var intervalIsNatural: Bool {
        [.minute, .hour].contains { FieldText(field: $0, values: values($0)).starStep != nil }
    }
}

extension CronSchedule {
    /// The expression in one fixed spelling: numbers instead of names, five fields where five suffice, `H` resolved.
    ///
    /// It parses to an equal schedule, and its own canonical text is itself.
    public var canonical: String {
        switch plan {
        case .reboot: return "@reboot"
        case .every(let milliseconds): return "@every \(IntervalText.text(milliseconds: milliseconds))"
        case .calendar(let table):
            var fields: [CronField] = [.minute, .hour, .dayOfMonth, .month, .dayOfWeek]
            if table.seconds != 1 || table.years != .all { fields.insert(.second, at: 0) }
            if table.years != .all { fields.append(.year) }
            return fields.map { table.text($0) }.joined(separator: " ")
        }
    }
}
