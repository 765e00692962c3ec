import CronSchedule
import Testing

@Suite struct AcceptedFormsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var canonical: String
        var testDescription: String { text }
        init(_ text: String, _ canonical: String) { (self.text, self.canonical) = (text, canonical) }
    }

    @Test(arguments: [
        Row("30 2 * * *", "30 2 * * *"),
        Row("  30\t2 *   * *\t", "30 2 * * *"),
        Row("05 007 * * *", "5 7 * * *"),
        Row("0 30 2 * * *", "30 2 * * *"),
        Row("15 30 2 * * *", "15 30 2 * * *"),
        Row("0 30 2 * * * *", "30 2 * * *"),
        Row("0 30 2 * * * 2030", "0 30 2 * * * 2030"),
        Row("0 0 0 1 1 * 1970,2199", "0 0 0 1 1 * 1970,2199"),
        Row("0 0 0 1 1 * 2030-2040/5", "0 0 0 1 1 * 2030-2040/5"),
        Row("0 0 0 1 1 * */100", "0 0 0 1 1 * */100"),
        Row("0-59 0-23 1-31 1-12 0-7", "0-59 0-23 1-31 * 0-6"),
        Row("* * * * *", "* * * * *"),
        Row("*/1 * * * *", "* * * * *"),
        Row("*/60 1 * * *", "*/60 1 * * *"),
        Row("*/15 * * * *", "*/15 * * * *"),
        Row("1-59/15 * * * *", "1-46/15 * * * *"),
        Row("1,2,3,5 4,6 * * *", "1-3,5 4,6 * * *"),
        Row("5-5 * * * *", "5 * * * *"),
        Row("*,20 * * * *", "* * * * *"),
        Row("0 12 * JAN,mar,12 *", "0 12 * 1,3,12 *"),
        Row("0 12 * JAN-3 *", "0 12 * 1-3 *"),
        Row("0 12 * * MON-5", "0 12 * * 1-5"),
        Row("0 12 * * MON-SUN", "0 12 * * 0-6"),
        Row("0 12 * * FRI-SUN", "0 12 * * 0,5,6"),
        Row("0 12 * * 5-7", "0 12 * * 0,5,6"),
        Row("0 12 * * SUN-SUN", "0 12 * * 0"),
        Row("0 12 * * SUN-TUE", "0 12 * * 0-2"),
        Row("0 12 * * 7", "0 12 * * 0"),
        Row("0 12 * * 7-SUN", "0 12 * * 0"),
        Row("0 12 * * 0-7/7", "0 12 * * 0"),
        Row("0 12 ? * MON", "0 12 * * 1"),
        Row("0 12 15 * ?", "0 12 15 * *"),
        Row("0 12 L * *", "0 12 L * *"),
        Row("0 12 l,lw,15 * *", "0 12 15,L,LW * *"),
        Row("0 12 15w * *", "0 12 15W * *"),
        Row("0 12 * * 5L", "0 12 * * 5L"),
        Row("0 12 * * fril", "0 12 * * 5L"),
        Row("0 12 * * FRI#l,5#L", "0 12 * * 5L"),
        Row("0 12 * * 7L,MON#1,5#5", "0 12 * * 0L,1#1,5#5"),
        Row("0 12 */2 * MON", "0 12 */2 * 1"),
        Row("0 12 *,20 * MON", "0 12 * * 1"),
        Row("0 12 */2,L * 1", "0 12 */2,L * 1"),
        Row("*/2,1 5 * * *", "*/2,1 5 * * *"),
        Row("@yearly", "0 0 1 1 *"),
        Row("@annually", "0 0 1 1 *"),
        Row("@monthly", "0 0 1 * *"),
        Row("@weekly", "0 0 * * 0"),
        Row("@daily", "0 0 * * *"),
        Row(" @midnight ", "0 0 * * *"),
        Row("@hourly", "0 * * * *"),
        Row("@every 90s", "@every 1m30s"),
        Row("@every 1h30m", "@every 1h30m"),
        Row("@every 1500ms", "@every 1s500ms"),
        Row("@every\t1d", "@every 1d"),
        Row("@reboot", "@reboot"),
    ])
    func isReadAndWrittenInOneSpelling(_ row: Row) throws {
        let schedule = try CronSchedule(row.text)
        #expect(schedule.text == row.text)
        #expect(schedule.canonical == row.canonical)
        let again = try CronSchedule(row.canonical)
        #expect(again == schedule)
        #expect(again.canonical == row.canonical)
    }

    @Test(arguments: [
        ("* * * * *", CronClass.interval), ("0 */2 * * *", .interval), ("*/15 2 * * *", .interval), ("0 * * * *", .interval),
        ("*,5 3 * * *", .interval), ("@hourly", .interval), ("*/10 30 2 * * *", .fixedTime), ("0 0-23 * * *", .fixedTime),
        ("0-59 2 * * *", .fixedTime), ("30 2 * * *", .fixedTime), ("@daily", .fixedTime), ("H H * * *", .fixedTime),
        ("H/15 0-23 * * *", .fixedTime), ("0,*/5 2 * * *", .fixedTime),
    ])
    func classFollowsTheFirstCharacterOfMinuteAndHour(text: String, expected: CronClass) throws {
        #expect(try CronSchedule(text).kind == .calendar(expected))
    }

    @Test func everyAndRebootAreKindsOfTheirOwn() throws {
        #expect(try CronSchedule("@every 90s").kind == .every(.seconds(90)))
        #expect(try CronSchedule("@reboot").kind == .reboot)
    }

    @Test func equalityIsAboutMeaning() throws {
        #expect(try CronSchedule("@daily") == CronSchedule("0 0 0 ? * *"))
        #expect(try CronSchedule("0 0 * * MON").hashValue == CronSchedule("0 0 * * 1").hashValue)
        #expect(try CronSchedule("0 0-23 * * *") != CronSchedule("0 * * * *"), "the class differs")
        #expect(try CronSchedule("0 0 1-31 * 1") != CronSchedule("0 0 * * 1"), "either against both")
    }
}
