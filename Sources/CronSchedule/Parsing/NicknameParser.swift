/// Parses expressions that begin with `@`.
enum NicknameParser {
    static func parse(_ bytes: Span<UInt8>, _ fields: FieldRanges) throws(CronSyntaxError) -> CronSchedule.Plan {
        let word = fields[0]
        let name = bytes.text(word)
        if name == "@every" { return try every(bytes, fields) }
        guard let plan = plan(named: name) else { throw unknown(name, word, fields, bytes) }
        guard fields.count == 1 else {
            throw CronSyntaxError(
                at: fields[1].lowerBound, in: bytes, "\(name) stands alone; nothing may follow it", fix: "write \(name) only")
        }
        return plan
    }

    private static func plan(named name: String) -> CronSchedule.Plan? {
        var table = Timetable()
        table.minutes = 1
        table.hours = 1
        table.days = Timetable.allDays
        table.months = 0x1FFE
        table.weekdays = Timetable.allWeekdays
        switch name {
        case "@reboot": return .reboot
        case "@hourly":
            table.hours = 0xFF_FFFF
            table.marks = .interval
        case "@daily", "@midnight": break
        case "@weekly":
            table.weekdays = 1
            table.marks = .weekdaysRestricted
        case "@monthly", "@yearly", "@annually":
            table.days = 2
            table.marks = .daysRestricted
            if name != "@monthly" { table.months = 2 }
        case _: return nil
        }
        return .calendar(table)
    }

    private static let names = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@every", "@reboot"]

    private static func unknown(_ name: String, _ word: Range<Int>, _ fields: FieldRanges, _ bytes: Span<UInt8>) -> CronSyntaxError {
        let nearest = Spelling.nearest(to: name, in: names)
        if let nearest, nearest == name.lowercased() {
            return CronSyntaxError(
                at: word.lowerBound, in: bytes, "nicknames are lower case: \(Spelling.shown(name))", fix: "did you mean \(nearest)?")
        }
        return CronSyntaxError(
            at: word.lowerBound, in: bytes, "there is no nickname \(Spelling.shown(name))",
            fix: nearest.map { "did you mean \($0)?" } ?? "write one of \(names.joined(separator: ", "))")
    }

    private static func every(_ bytes: Span<UInt8>, _ fields: FieldRanges) throws(CronSyntaxError) -> CronSchedule.Plan {
        guard fields.count > 1 else {
            throw CronSyntaxError(at: fields[0].upperBound, in: bytes, "@every needs a duration", fix: "write for example @every 5m")
        }
        guard fields.count == 2 else {
            throw CronSyntaxError(
                at: fields[2].lowerBound, in: bytes, "@every takes one duration without blanks",
                fix: "write for example @every 1h30m")
        }
        return .every(milliseconds: try IntervalText.parse(bytes, fields[1]))
    }
}
