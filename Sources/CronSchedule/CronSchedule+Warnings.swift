extension CronSchedule {
    /// What the text alone shows to be suspicious, in the order of columns.
    public var warnings: [CronWarning] {
        guard case .calendar(let table) = plan else { return [] }
        var found = spellingWarnings + dayWarnings(table)
        if table.firstSlot(from: 0) == Timetable.noneAfter { found.append(neverFires(table, after: nil)) }
        return found.sorted { $0.column < $1.column }
    }

    /// The warnings of ``warnings``, and what the zone and the present add: slots where clocks change, no occurrence left.
    /// - Parameters:
    ///   - zone: the zone of the job.
    ///   - instant: the present; occurrences before it do not count.
    public func warnings(in zone: any TimeZoneRules, from instant: Instant, dstGap: DSTGapPolicy = .run) throws(CronSearchError)
        -> [CronWarning]
    {
        guard case .calendar(let table) = plan else { return [] }
        var found = warnings
        if found.contains(where: { $0.code == .neverFires }) { return found }
        if try next(after: instant, in: zone, dstGap: dstGap) == nil {
            found.append(neverFires(table, after: instant))
        } else if let warning = clockChange(table, zone, instant) {
            found.append(warning)
        }
        return found.sorted { $0.column < $1.column }
    }

    private var spellingWarnings: [CronWarning] {
        var found: [CronWarning] = []
        if layout.leadingStar {
            found.append(
                CronWarning(
                    code: .everySecond, column: layout.column(of: .second),
                    message: "the first of six fields is the second: this runs every second of the minutes that match",
                    fix: "write 0 as the first field to run once a minute, or leave the field out"))
        }
        if layout.sixthLooksLikeYear {
            found.append(
                CronWarning(
                    code: .looksLikeYear, column: layout.column(of: .dayOfWeek),
                    message: "the sixth of six fields is the day of week, but this looks like a year",
                    fix: "write the year as the seventh field, after the day of week"))
        }
        return found
    }

    private func dayWarnings(_ table: Timetable) -> [CronWarning] {
        let days = table.marks.contains(.daysRestricted)
        let weekdays = table.marks.contains(.weekdaysRestricted)
        if days && weekdays {
            return [
                CronWarning(
                    code: .eitherDay, column: layout.column(of: .dayOfMonth),
                    message: "day of month and day of week are both restricted: either matches",
                    fix: "write * in one of them if only the other was meant")
            ]
        }
        let stepped: CronField? =
            weekdays && table.days != Timetable.allDays ? .dayOfMonth : days && table.weekdays != Timetable.allWeekdays ? .dayOfWeek : nil
        guard let stepped else { return [] }
        return [
            CronWarning(
                code: .bothDays, column: layout.column(of: stepped),
                message: "the \(stepped.name) field begins with * and the other day field is restricted: both must match",
                fix: "write \(FieldText(field: stepped, values: table.values(stepped)).text(.never)) if either should match")
        ]
    }

    private func neverFires(_ table: Timetable, after instant: Instant?) -> CronWarning {
        var anyYear = table
        anyYear.years = .all
        let isPast = instant != nil || anyYear.firstSlot(from: 0) != Timetable.noneAfter
        return CronWarning(
            code: .neverFires, column: layout.column(of: isPast && layout.count == 7 ? .year : .dayOfMonth),
            message: instant.map { "this never fires after \($0)" } ?? "this never fires: no such date in the years 1970 to 2199",
            fix: isPast && layout.count == 7 ? "write a year to come, or leave the year out" : "check day and month")
    }

    /// Slots that a change of the clock can hit, in a zone whose clock changes within the next two years.
    ///
    /// An interval job that runs in all hours keeps its beat, so that nothing is to be told about it.
    private func clockChange(_ table: Timetable, _ zone: any TimeZoneRules, _ instant: Instant) -> CronWarning? {
        let early = table.hours & 0b1111
        guard early != 0, !(table.isInterval && table.hours == 0xFF_FFFF) else { return nil }
        let twoYears: Int64 = 2 * 366 * 86_400
        guard let change = zone.transition(after: instant), change.seconds - instant.seconds < twoYears else { return nil }
        let time = LocalTime(localSeconds: Int64(early.trailingZeroBitCount * 3_600 + table.minutes.trailingZeroBitCount * 60)).shortTime
        let date = LocalTime(localSeconds: change.seconds + Int64(change.offsetBefore)).dateText
        return CronWarning(
            code: .clockChange, column: layout.column(of: .hour),
            message:
                "slots from 00:00 to 03:59, here \(time), can be missing or repeated where \(zone.identifier) changes its clock, next on \(date)",
            fix: "choose a time from 04:00 on, or timezone: UTC")
    }
}
