/// Puts a timetable into words.
struct ScheduleWords {
    let table: Timetable

    static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    static let shortWeekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    /// More times of day than this are described by their fields instead of being listed.
    static let maximumTimesListed = 6

    /// `at 02:30 on weekdays`.
    var sentence: String {
        let days = self.days
        let (time, impliesEveryDay) = time
        return [time, days.isEmpty && !impliesEveryDay ? "every day" : days, monthsText, yearsText].filter { !$0.isEmpty }.joined(
            separator: " ")
    }

    /// The time of day, and whether it reads well without `every day`.
    private var time: (String, Bool) {
        let hours = FieldText(field: .hour, values: table.values(.hour))
        let minutes = FieldText(field: .minute, values: table.values(.minute))
        let seconds = FieldText(field: .second, values: table.values(.second))
        if hours.values.count * minutes.values.count * seconds.values.count <= ScheduleWords.maximumTimesListed {
            return (listedTimes, false)
        }
        var parts: [String] = []
        if seconds.values != [0] { parts.append(part(seconds, unit: "second")) }
        let secondsLead = !parts.isEmpty
        if !(secondsLead && minutes.isFull) {
            parts.append(secondsLead ? "of \(noun("minute", minutes)) \(ranges(minutes))" : part(minutes, unit: "minute"))
        }
        if !hours.isFull {
            parts.append(hours.starStep.map { "of every \(ordinal($0)) hour from 0" } ?? "of \(noun("hour", hours)) \(ranges(hours))")
        } else if minutes.starStep == nil || secondsLead && !minutes.isFull {
            parts.append("of every hour")
        }
        return (parts.joined(separator: " "), true)
    }

    private var listedTimes: String {
        var times: [String] = []
        for hour in table.values(.hour) {
            for minute in table.values(.minute) {
                for second in table.values(.second) {
                    times.append(LocalTime(localSeconds: Int64(hour * 3_600 + minute * 60 + second)).shortTime)
                }
            }
        }
        return "at " + ScheduleWords.joined(times)
    }

    private func part(_ field: FieldText, unit: String) -> String {
        if field.isFull { return "every \(unit)" }
        if let step = field.starStep, 60 % step == 0 { return "every \(step) \(unit)s" }
        return "at \(noun(unit, field)) \(ranges(field))"
    }

    private func noun(_ unit: String, _ field: FieldText) -> String { field.values.count == 1 ? unit : unit + "s" }

    private func ranges(_ field: FieldText) -> String {
        ScheduleWords.joined(
            field.text(.never).split(separator: ",").map { item in
                let parts = item.split(separator: "/")
                let range = parts[0].split(separator: "-").joined(separator: " to ")
                return parts.count > 1 ? "\(range) by \(parts[1])" : range
            })
    }

    private func ordinal(_ number: Int) -> String {
        switch number {
        case 2: "2nd"
        case 3: "3rd"
        case 22: "22nd"
        case 23: "23rd"
        case 21: "21st"
        case _: "\(number)th"
        }
    }

    // MARK: Months and years

    private var monthsText: String {
        let months = FieldText(field: .month, values: table.values(.month))
        return months.isFull ? "" : "in " + ScheduleWords.joined(months.values.map { ScheduleWords.months[$0 - 1] })
    }

    private var yearsText: String {
        let years = FieldText(field: .year, values: table.values(.year))
        return years.isFull ? "" : "in " + ranges(years)
    }

    /// `a, b and c`.
    static func joined(_ words: [String], by last: String = "and") -> String {
        guard let final = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " \(last) " + final
    }
}
