import CronSchedule
import Testing

@Suite struct WordsTests {
    @Test(arguments: [
        ("30 2 * * *", "Europe/Berlin", "at 02:30 every day, Europe/Berlin; 2027-03-28 has no 02:30: runs at 03:00"),
        ("30 2 * * MON-FRI", "Europe/Berlin", "at 02:30 on weekdays, Europe/Berlin"),
        (
            "0,30 2 * * *", "Europe/Berlin",
            "at 02:00 and 02:30 every day, Europe/Berlin; 2027-03-28 has no 02:00 to 02:30: runs once at 03:00"
        ),
        ("*/30 * * * *", "Europe/Berlin", "every 30 minutes, Europe/Berlin; 2027-03-28 has no 02:00 to 02:30: they do not run"),
        ("@hourly", "Europe/Berlin", "at minute 0 of every hour, Europe/Berlin; 2027-03-28 has no 02:00: does not run"),
        ("30 2 * 10 SUN", "Europe/Berlin", "at 02:30 on Sunday in October, Europe/Berlin; 2027-10-31 has 02:30 twice: runs the first time"),
        (
            "*/30 2 * 10 SUN", "Europe/Berlin",
            "at 02:00 and 02:30 on Sunday in October, Europe/Berlin; 2027-10-31 has 02:00 to 02:30 twice: runs both times"
        ),
        ("* * * * *", "UTC", "every minute, UTC"),
        ("* * * * * *", "UTC", "every second, UTC"),
        ("*/10 * * * * *", "UTC", "every 10 seconds, UTC"),
        ("* */15 * * * *", "UTC", "every second of minutes 0 to 45 by 15 of every hour, UTC"),
        ("*/5 9-17 * * 1-5", "UTC", "every 5 minutes of hours 9 to 17 on weekdays, UTC"),
        ("0 */2 * * *", "UTC", "at minute 0 of every 2nd hour from 0, UTC"),
        ("15 10,12 1 JAN,JUL *", "UTC", "at 10:15 and 12:15 on day 1 of the month in January and July, UTC"),
        ("0 12 * * SAT,SUN", "UTC", "at 12:00 on weekends, UTC"),
        ("0 12 15 * FRI", "UTC", "at 12:00 on day 15 of the month or Friday (either matches), UTC"),
        ("0 12 */2 * MON", "UTC", "at 12:00 on odd days of the month, if the day is one of: Monday, UTC"),
        ("0 12 L * *", "UTC", "at 12:00 on the last day of the month, UTC"),
        ("0 12 LW * *", "UTC", "at 12:00 on the last Monday-to-Friday of the month, UTC"),
        ("0 12 15W * *", "UTC", "at 12:00 on the Monday-to-Friday nearest to day 15, UTC"),
        ("0 12 * * MON#1,FRIL", "UTC", "at 12:00 on the first Monday of the month and the last Friday of the month, UTC"),
        ("30 0 12 * * * 2030-2032", "UTC", "at 12:00:30 every day in 2030 to 2032, UTC"),
        ("0 12 30 2 *", "UTC", "at 12:00 on day 30 of the month in February, UTC; never fires"),
        ("0 0 12 * * * 2020", "UTC", "at 12:00 every day in 2020, UTC; never fires again"),
        ("@every 90s", "UTC", "every 1m30s of real time, counted from the last occurrence"),
        ("@reboot", "UTC", "once after each boot"),
        ("0 12 * * *", "Pacific/Apia", "at 12:00 every day, Pacific/Apia"),
    ])
    func explainsInWords(text: String, zoneName: String, expected: String) throws {
        #expect(try CronSchedule(text).explanation(in: zone(zoneName), from: instant("2026-12-01T00:00:00Z")) == expected)
    }

    @Test func aDroppedSlotAndADroppedDayAreTold() throws {
        let from = try instant("2026-12-01T00:00:00Z")
        #expect(
            try CronSchedule("30 2 * * *").explanation(in: zone("Europe/Berlin"), from: from, dstGap: .skip)
                == "at 02:30 every day, Europe/Berlin; 2027-03-28 has no 02:30: does not run")
        #expect(
            try CronSchedule("0 12 * * *").explanation(in: zone("Pacific/Apia"), from: instant("2011-12-01T00:00:00Z"))
                == "at 12:00 every day, Pacific/Apia; 2011-12-30 has no 12:00: does not run")
    }

    @Test func aSlotThatDstGapDropsIsNamed() throws {
        let reason = try CronSchedule("30 2 * * *").reason(
            at: instant("2027-03-28T03:00:00+02:00"), in: zone("Europe/Berlin"), dstGap: .skip)
        #expect(reason == CronReason(fires: false, text: "there is no 02:30 on this day, and dst_gap: skip drops that slot"))
    }

    @Test func thePreviewShowsOffsetsAndNotes() throws {
        let berlin = try zone("Europe/Berlin")
        let rows = try CronSchedule("30 2 * * *").preview(count: 2, from: instant("2027-03-27T12:00:00Z"), in: berlin)
        #expect(rows.map(\.local) == ["2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"])
        #expect(rows.map(\.weekday) == ["Sun", "Mon"])
        #expect(rows.map(\.note) == ["there is no 02:30 on this day: runs right after the gap", nil])
        let autumn = try CronSchedule("*/30 2 * * *").preview(count: 5, from: instant("2027-10-30T23:59:00Z"), in: berlin)
        #expect(
            autumn.map(\.note) == [
                "02:00 comes twice: this is the first", "02:30 comes twice: this is the first", "02:00 comes twice: this is the second",
                "02:30 comes twice: this is the second", nil,
            ])
        let several = try CronSchedule("0,20,40 2 * * *").preview(count: 1, from: instant("2027-03-27T12:00:00Z"), in: berlin)
        #expect(several.first?.slots == 3)
        #expect(several.first?.note == "there is no 02:00 to 02:40 on this day: runs once for 3 slots")
    }

    @Test func thePreviewIsBounded() throws {
        let from = try instant("2027-01-01T00:00:00Z")
        let rows = try CronSchedule("* * * * * *").preview(count: .max, from: from, in: SystemTimeZone.utc)
        #expect(rows.count == CronSchedule.maximumPreview)
        #expect(try CronSchedule("0 0 30 2 *").preview(count: 5, from: from, in: SystemTimeZone.utc).isEmpty)
        #expect(try CronSchedule("@daily").preview(count: -1, from: from, in: SystemTimeZone.utc).isEmpty)
    }

    @Test(arguments: [
        (
            "30 2 * * *", "2027-03-28T03:00:00+02:00", true,
            "2027-03-28 03:00 matches 30 2 * * *: there is no 02:30 on this day: runs right after the gap"
        ),
        (
            "30 2 * * *", "2027-10-31T02:30:00+01:00", false,
            "2027-10-31 02:30 matches, but the clock has shown it before: a fixed-time job runs the first time only"
        ),
        ("30 2 * * *", "2027-03-29T02:30:00+02:00", true, "2027-03-29 02:30 matches 30 2 * * *"),
        ("*/30 2 * * *", "2027-03-28T03:00:00+02:00", false, "hour 3 does not match 2"),
        (
            "30 2 * * *", "2027-03-29T03:31:05+02:00", false,
            "hour 3 does not match 2; minute 31 does not match 30; second 5 does not match 0"
        ),
        ("30 2 15 * FRI", "2027-03-29T02:30:00+02:00", false, "Monday the 29. does not match either of day-of-month 15 and day-of-week 5"),
        ("30 2 */2 * FRI", "2027-03-29T02:30:00+02:00", false, "Monday the 29. does not match both of day-of-month */2 and day-of-week 5"),
        ("30 2 * * *", "2027-03-29T02:30:00.001+02:00", false, "occurrences lie on whole seconds"),
        ("@every 5m", "2027-03-29T02:30:00+02:00", false, "every 5m after its last occurrence, whatever the clock shows"),
        ("@reboot", "2027-03-29T02:30:00+02:00", false, "fires once after each boot, whatever the clock shows"),
    ])
    func tellsWhyItFiresOrNot(text: String, moment: String, fires: Bool, expected: String) throws {
        let reason = try CronSchedule(text).reason(at: instant(moment), in: zone("Europe/Berlin"))
        #expect(reason.text == expected)
        #expect(reason.fires == fires)
    }
}
