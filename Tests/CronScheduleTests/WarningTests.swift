import CronSchedule
import Testing

@Suite struct WarningTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var code: CronWarning.Code
        var column: Int
        var message: String
        var fix: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Row(
            text: "* */15 * * * *", code: .everySecond, column: 1,
            message: "the first of six fields is the second: this runs every second of the minutes that match",
            fix: "write 0 as the first field to run once a minute, or leave the field out"),
        Row(
            text: "0 0 12 * * 0005", code: .looksLikeYear, column: 12,
            message: "the sixth of six fields is the day of week, but this looks like a year",
            fix: "write the year as the seventh field, after the day of week"),
        Row(
            text: "0 12 15 * FRI", code: .eitherDay, column: 6,
            message: "day of month and day of week are both restricted: either matches",
            fix: "write * in one of them if only the other was meant"),
        Row(
            text: "0 12 L * 5#2", code: .eitherDay, column: 6,
            message: "day of month and day of week are both restricted: either matches",
            fix: "write * in one of them if only the other was meant"),
        Row(
            text: "0 12 */2 * MON", code: .bothDays, column: 6,
            message: "the day-of-month field begins with * and the other day field is restricted: both must match",
            fix: "write 1-31/2 if either should match"),
        Row(
            text: "0 12 15 * */2", code: .bothDays, column: 11,
            message: "the day-of-week field begins with * and the other day field is restricted: both must match",
            fix: "write 0-6/2 if either should match"),
        Row(
            text: "0 12 30 2 *", code: .neverFires, column: 6,
            message: "this never fires: no such date in the years 1970 to 2199", fix: "check day and month"),
        Row(
            text: "0 12 31 APR,JUN *", code: .neverFires, column: 6,
            message: "this never fires: no such date in the years 1970 to 2199", fix: "check day and month"),
        Row(
            text: "0 0 12 29 2 * 2027", code: .neverFires, column: 15,
            message: "this never fires: no such date in the years 1970 to 2199", fix: "write a year to come, or leave the year out"),
    ])
    func isAcceptedWithAWarning(_ row: Row) throws {
        let warning = CronWarning(code: row.code, column: row.column, message: row.message, fix: row.fix)
        #expect(try CronSchedule(row.text).warnings == [warning])
    }

    @Test(arguments: [
        "0 12 * * *", "*/10 * * * * *", "0 12 *,20 * MON", "0 12 ? * MON", "0 12 29 2 *", "* * * * * * *", "@daily", "@every 5s", "@reboot",
    ])
    func whatIsCommonHasNone(_ text: String) throws {
        #expect(try CronSchedule(text).warnings.isEmpty)
    }

    @Test(arguments: [
        ("30 2 * * *", "Europe/Berlin", 4, "02:30"), ("0 0 * * *", "America/New_York", 3, "00:00"), ("@daily", "Europe/Berlin", 1, "00:00"),
        ("0 */2 * * *", "Europe/Berlin", 3, "00:00"), ("0 5,3 * * *", "Australia/Lord_Howe", 3, "03:00"),
    ])
    func slotsWhereClocksChangeAreTold(text: String, zoneName: String, column: Int, time: String) throws {
        let from = try instant("2026-12-01T00:00:00Z")
        let found = try CronSchedule(text).warnings(in: zone(zoneName), from: from)
        let date = try #require(zone(zoneName).transition(after: from)).instant
        let day = date.iso8601(offset: try zone(zoneName).offset(at: Instant(seconds: date.seconds - 1))).prefix(10)
        #expect(
            found == [
                CronWarning(
                    code: .clockChange, column: column,
                    message:
                        "slots from 00:00 to 03:59, here \(time), can be missing or repeated where \(zoneName) changes its clock, next on \(day)",
                    fix: "choose a time from 04:00 on, or timezone: UTC")
            ])
    }

    @Test(arguments: [
        ("30 2 * * *", "UTC"), ("30 2 * * *", "Asia/Tokyo"), ("30 4 * * *", "Europe/Berlin"), ("*/15 * * * *", "Europe/Berlin"),
        ("0 4-23 * * *", "Europe/Berlin"), ("@every 5m", "Europe/Berlin"), ("@reboot", "Europe/Berlin"),
    ])
    func otherSlotsAreNot(text: String, zoneName: String) throws {
        #expect(try CronSchedule(text).warnings(in: zone(zoneName), from: instant("2026-12-01T00:00:00Z")).isEmpty)
    }

    @Test func aYearThatIsOverIsTold() throws {
        let schedule = try CronSchedule("0 0 12 1 1 * 2020-2026")
        #expect(schedule.warnings.isEmpty)
        #expect(
            try schedule.warnings(in: SystemTimeZone.utc, from: instant("2026-12-01T00:00:00Z")) == [
                CronWarning(
                    code: .neverFires, column: 14, message: "this never fires after 2026-12-01T00:00:00Z",
                    fix: "write a year to come, or leave the year out")
            ])
    }
}
