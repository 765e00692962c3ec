import CronSchedule
import Testing

@Suite struct DaylightSavingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var zone: String
        var expression: String
        var after: String
        var expected: [String]
        var dstGap: DSTGapPolicy
        var testDescription: String { "\(zone) \(expression) after \(after) \(dstGap)" }
        init(_ zone: String, _ expression: String, _ after: String, _ expected: [String], dstGap: DSTGapPolicy = .run) {
            (self.zone, self.expression, self.after, self.expected, self.dstGap) = (zone, expression, after, expected, dstGap)
        }
    }

    @Test(arguments: gapRows + repeatRows + oddRows)
    func followsTheClock(_ row: Row) throws {
        let found = try occurrences(row.expression, after: row.after, in: row.zone, count: row.expected.count, dstGap: row.dstGap)
        #expect(found == row.expected)
    }

    @Test(arguments: gapRows + repeatRows + oddRows)
    func previousRetracesNext(_ row: Row) throws {
        let schedule = try CronSchedule(row.expression)
        let zone = try zone(row.zone)
        let moments = try row.expected.map { try instant($0) }
        for (earlier, later) in zip(moments, moments.dropFirst()) {
            #expect(try schedule.previous(before: later, in: zone, dstGap: row.dstGap) == earlier)
        }
    }

    private static let gapRows = [
        Row("Europe/Berlin", "30 2 * * *", "2027-03-27T12:00:00+01:00", ["2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]),
        Row("Europe/Berlin", "30 2 * * *", "2027-03-27T12:00:00+01:00", ["2027-03-29T02:30:00+02:00"], dstGap: .skip),
        Row("Europe/Berlin", "0 30 2 * * *", "2027-03-27T12:00:00+01:00", ["2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]),
        Row("Europe/Berlin", "0 30 2 * * ? *", "2027-03-27T12:00:00+01:00", ["2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]),
        Row(
            "Europe/Berlin", "*/20 30 2 * * *", "2027-03-27T12:00:00+01:00",
            ["2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00", "2027-03-29T02:30:20+02:00"]),
        // several slots in one gap are one occurrence, and a real slot at its end is the same one
        Row(
            "Europe/Berlin", "0,15,30,45 2 * * *", "2027-03-27T12:00:00+01:00", ["2027-03-28T03:00:00+02:00", "2027-03-29T02:00:00+02:00"]),
        Row(
            "Europe/Berlin", "0 2,3 * * *", "2027-03-27T12:00:00+01:00",
            ["2027-03-28T03:00:00+02:00", "2027-03-29T02:00:00+02:00", "2027-03-29T03:00:00+02:00"]),
        Row(
            "Europe/Berlin", "0 0-23 * * *", "2027-03-28T00:30:00+01:00",
            ["2027-03-28T01:00:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-28T04:00:00+02:00"]),
        // day and month are matched on the time that did not exist
        Row("Europe/Berlin", "30 2 28 3 *", "2027-03-27T12:00:00+01:00", ["2027-03-28T03:00:00+02:00", "2028-03-28T02:30:00+02:00"]),
        Row("Europe/Berlin", "30 2 * * MON-FRI", "2027-03-27T12:00:00+01:00", ["2027-03-29T02:30:00+02:00"]),
        // at the edge of the gap: strictly after
        Row("Europe/Berlin", "30 2 * * *", "2027-03-28T03:00:00+02:00", ["2027-03-29T02:30:00+02:00"]),
        Row("Europe/Berlin", "30 2 * * *", "2027-03-28T01:59:59+01:00", ["2027-03-28T03:00:00+02:00"]),
        // an interval job keeps its beat
        Row(
            "Europe/Berlin", "*/30 * * * *", "2027-03-28T01:00:00+01:00",
            ["2027-03-28T01:30:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-28T03:30:00+02:00"]),
        Row("Europe/Berlin", "*/15 2 * * *", "2027-03-27T12:00:00+01:00", ["2027-03-29T02:00:00+02:00"]),
        Row("Europe/Berlin", "0 */2 * * *", "2027-03-28T00:00:00+01:00", ["2027-03-28T04:00:00+02:00"]),
        Row("America/New_York", "30 2 * * *", "2027-03-13T12:00:00-05:00", ["2027-03-14T03:00:00-04:00", "2027-03-15T02:30:00-04:00"]),
        Row("Europe/London", "15 1 * * *", "2027-03-27T12:00:00Z", ["2027-03-28T02:00:00+01:00", "2027-03-29T01:15:00+01:00"]),
        Row("Europe/Dublin", "15 1 * * *", "2027-03-27T12:00:00Z", ["2027-03-28T02:00:00+01:00", "2027-03-29T01:15:00+01:00"]),
        Row("Australia/Sydney", "30 2 * * *", "2027-10-02T12:00:00+10:00", ["2027-10-03T03:00:00+11:00", "2027-10-04T02:30:00+11:00"]),
        Row("America/Santiago", "30 0 * * *", "2027-09-04T12:00:00-04:00", ["2027-09-05T01:00:00-03:00", "2027-09-06T00:30:00-03:00"]),
        Row("Asia/Beirut", "0 0 * * *", "2027-03-27T12:00:00+02:00", ["2027-03-28T01:00:00+03:00", "2027-03-29T00:00:00+03:00"]),
        Row("Africa/Cairo", "30 0 * * *", "2027-04-29T12:00:00+02:00", ["2027-04-30T01:00:00+03:00", "2027-05-01T00:30:00+03:00"]),
        Row("America/Havana", "0 0 * * *", "2027-03-13T12:00:00-05:00", ["2027-03-14T01:00:00-04:00", "2027-03-15T00:00:00-04:00"]),
        Row("Pacific/Auckland", "30 2 * * *", "2027-09-25T12:00:00+12:00", ["2027-09-26T03:00:00+13:00"]),
        Row("America/Nuuk", "30 23 * * *", "2027-03-27T12:00:00-02:00", ["2027-03-28T00:00:00-01:00", "2027-03-28T23:30:00-01:00"]),
    ]

    private static let repeatRows = [
        Row("Europe/Berlin", "30 2 * * *", "2027-10-30T12:00:00+02:00", ["2027-10-31T02:30:00+02:00", "2027-11-01T02:30:00+01:00"]),
        Row("Europe/Berlin", "30 2 * * *", "2027-10-31T02:10:00+01:00", ["2027-11-01T02:30:00+01:00"]),
        Row("Europe/Berlin", "30 2 * * *", "2027-10-31T02:45:00+02:00", ["2027-11-01T02:30:00+01:00"]),
        Row("Europe/Berlin", "30 2 31 10 *", "2027-10-31T02:30:00+02:00", ["2028-10-31T02:30:00+01:00"]),
        Row(
            "Europe/Berlin", "0,30 1-3 * * *", "2027-10-31T02:00:00+02:00",
            ["2027-10-31T02:30:00+02:00", "2027-10-31T03:00:00+01:00", "2027-10-31T03:30:00+01:00"]),
        Row(
            "Europe/Berlin", "*/30 * * * *", "2027-10-31T02:00:00+02:00",
            ["2027-10-31T02:30:00+02:00", "2027-10-31T02:00:00+01:00", "2027-10-31T02:30:00+01:00", "2027-10-31T03:00:00+01:00"]),
        Row(
            "Europe/Berlin", "*/30 2 * * *", "2027-10-31T02:00:00+02:00",
            ["2027-10-31T02:30:00+02:00", "2027-10-31T02:00:00+01:00", "2027-10-31T02:30:00+01:00", "2027-11-01T02:00:00+01:00"]),
        Row(
            "Europe/Berlin", "0 */30 2 31 10 * 2027", "2027-10-31T02:30:00+02:00",
            ["2027-10-31T02:00:00+01:00", "2027-10-31T02:30:00+01:00"]),
        Row("America/New_York", "30 1 * * *", "2027-11-06T12:00:00-04:00", ["2027-11-07T01:30:00-04:00", "2027-11-08T01:30:00-05:00"]),
        Row("Australia/Sydney", "30 2 * * *", "2027-04-03T12:00:00+11:00", ["2027-04-04T02:30:00+11:00", "2027-04-05T02:30:00+10:00"]),
        Row("Pacific/Auckland", "30 2 * * *", "2027-04-03T12:00:00+13:00", ["2027-04-04T02:30:00+13:00", "2027-04-05T02:30:00+12:00"]),
        Row("America/Havana", "30 0 * * *", "2027-11-06T12:00:00-04:00", ["2027-11-07T00:30:00-04:00", "2027-11-08T00:30:00-05:00"]),
        // midnight falls back into the day before: 23:30 has been shown
        Row("America/Santiago", "30 23 * * *", "2027-04-03T12:00:00-03:00", ["2027-04-03T23:30:00-03:00", "2027-04-04T23:30:00-04:00"]),
    ]

    private static let oddRows = [
        // half an hour
        Row("Australia/Lord_Howe", "15 2 * * *", "2027-10-02T12:00:00+10:30", ["2027-10-03T02:30:00+11:00", "2027-10-04T02:15:00+11:00"]),
        Row("Australia/Lord_Howe", "45 2 * * *", "2027-10-02T12:00:00+10:30", ["2027-10-03T02:45:00+11:00"]),
        Row("Australia/Lord_Howe", "45 1 * * *", "2027-04-03T12:00:00+11:00", ["2027-04-04T01:45:00+11:00", "2027-04-05T01:45:00+10:30"]),
        Row(
            "Australia/Lord_Howe", "*/15 * * * *", "2027-04-04T01:30:00+11:00",
            ["2027-04-04T01:45:00+11:00", "2027-04-04T01:30:00+10:30", "2027-04-04T01:45:00+10:30", "2027-04-04T02:00:00+10:30"]),
        // two hours
        Row("Antarctica/Troll", "30 1 * * *", "2027-03-27T12:00:00+00:00", ["2027-03-28T03:00:00+02:00", "2027-03-29T01:30:00+02:00"]),
        Row(
            "Antarctica/Troll", "0 1-2 * * *", "2027-10-30T12:00:00+02:00",
            ["2027-10-31T01:00:00+02:00", "2027-10-31T02:00:00+02:00", "2027-11-01T01:00:00+00:00"]),
        // summer time is taken back for Ramadan
        Row("Africa/Casablanca", "30 2 * * *", "2027-03-13T12:00:00+00:00", ["2027-03-14T03:00:00+01:00", "2027-03-15T02:30:00+01:00"]),
        // a day that never was: nothing runs for it
        Row("Pacific/Apia", "0 12 * * *", "2011-12-28T12:00:00-10:00", ["2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00"]),
        Row("Pacific/Apia", "0 */6 * * *", "2011-12-29T12:00:00-10:00", ["2011-12-29T18:00:00-10:00", "2011-12-31T00:00:00+14:00"]),
        Row("Pacific/Apia", "0 0 30 12 *", "2011-12-01T00:00:00-10:00", ["2012-12-30T00:00:00+14:00"]),
        Row("Pacific/Kwajalein", "0 12 * * *", "1993-08-20T00:00:00-12:00", ["1993-08-20T12:00:00-12:00", "1993-08-22T12:00:00+12:00"]),
        // history: a zone that changed its standard time, war time, a zone that gave summer time up
        Row("Asia/Pyongyang", "45 23 * * *", "2018-05-04T12:00:00+08:30", ["2018-05-05T00:00:00+09:00", "2018-05-05T23:45:00+09:00"]),
        Row("America/Caracas", "45 2 * * *", "2016-04-30T12:00:00-04:30", ["2016-05-01T03:00:00-04:00", "2016-05-02T02:45:00-04:00"]),
        Row("Europe/Istanbul", "30 3 * * *", "2016-03-26T12:00:00+02:00", ["2016-03-27T04:00:00+03:00", "2016-03-28T03:30:00+03:00"]),
        Row("Europe/Istanbul", "30 3 * * *", "2027-03-27T12:00:00+03:00", ["2027-03-28T03:30:00+03:00"]),
        Row("America/Sao_Paulo", "0 0 * * *", "2018-11-03T12:00:00-03:00", ["2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"]),
        Row("Asia/Kolkata", "30 2 * * *", "2027-03-27T12:00:00+05:30", ["2027-03-28T02:30:00+05:30"]),
        Row("Asia/Kathmandu", "10 0 * * *", "1985-12-31T12:00:00+05:30", ["1986-01-01T00:15:00+05:45", "1986-01-02T00:10:00+05:45"]),
        // the rule of the footer, long after the table of the file
        Row("Europe/Berlin", "30 2 * * *", "2189-03-28T12:00:00+01:00", ["2189-03-29T03:00:00+02:00", "2189-03-30T02:30:00+02:00"]),
    ]

    @Test func oneOccurrenceSaysHowManySlotsItStandsFor() throws {
        let berlin = try zone("Europe/Berlin")
        let gapEnd = try instant("2027-03-28T03:00:00+02:00")
        for (text, slots, first, last) in [
            ("30 2 * * *", 1, "02:30", "02:30"), ("0,15,30,45 2 * * *", 4, "02:00", "02:45"), ("0 2,3 * * *", 2, "02:00", "02:00"),
            ("0-59 30 2 * * *", 60, "02:30", "02:30:59"), ("0-59 0-59 2 * * *", 3_600, "02:00", "02:59:59"),
        ] {
            let occurrence = try #require(try CronSchedule(text).occurrence(at: gapEnd, in: berlin))
            #expect(occurrence.slots == slots, "\(text)")
            #expect(occurrence.note == .afterGap(first: first, last: last), "\(text)")
        }
        #expect(try CronSchedule("30 2 * * *").occurrence(at: gapEnd, in: berlin, dstGap: .skip) == nil)
        let beat = try #require(try CronSchedule("*/30 * * * *").occurrence(at: gapEnd, in: berlin))
        #expect(beat.slots == 1 && beat.note == nil)
    }

    @Test func passesOfARepeatedHourAreTold() throws {
        let berlin = try zone("Europe/Berlin")
        let schedule = try CronSchedule("*/30 * * * *")
        #expect(try schedule.occurrence(at: instant("2027-10-31T02:30:00+02:00"), in: berlin)?.note == .firstPass)
        #expect(try schedule.occurrence(at: instant("2027-10-31T02:30:00+01:00"), in: berlin)?.note == .secondPass)
        #expect(try schedule.occurrence(at: instant("2027-10-31T03:00:00+01:00"), in: berlin)?.note == nil)
        #expect(try schedule.occurrence(at: instant("2027-10-31T03:10:00+01:00"), in: berlin) == nil)
    }
}
