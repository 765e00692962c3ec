import CronSchedule
import Testing

@Suite struct RefusedFormsTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var column: Int
        var message: String
        var fix: String
        var testDescription: String { text }
        init(_ text: String, _ column: Int, _ message: String, _ fix: String) {
            (self.text, self.column, self.message, self.fix) = (text, column, message, fix)
        }
    }

    @Test(arguments: rows)
    func isRefusedWithPlaceAndFix(_ row: Row) {
        #expect(throws: CronSyntaxError(column: row.column, message: row.message, fix: row.fix)) { try CronSchedule(row.text) }
    }

    private static let rows = [
        Row("5/15 * * * *", 2, "5/n means different things to different crons", "write 5-59/15"),
        Row("59/5 * * * *", 3, "59/n means different things to different crons", "write 59"),
        Row("* 5/0 * * *", 4, "5/n means different things to different crons", "write 5-23/n"),
        Row("* * * * MON/2", 12, "MON/n means different things to different crons", "write MON-SAT/2"),
        Row("* * * * FRI-MON", 9, "the range FRI-MON runs backwards", "write FRI-SAT,SUN-MON"),
        Row("* 22-4 * * *", 3, "the range 22-4 runs backwards", "write 22-23,0-4"),
        Row("5-3 * * * *", 1, "the range 5-3 runs backwards", "write 5-59,0-3"),
        Row("22-4/3 * * * *", 1, "the range 22-4 runs backwards", "write 22-59/3,1-4/3"),
        Row("* * * * 5-0", 9, "the range 5-0 runs backwards", "write 5-6,0"),
        Row("* * * NOV-FEB *", 7, "the range NOV-FEB runs backwards", "write NOV-DEC,JAN-FEB"),
        Row("* * * * * * 2030-2027", 13, "the range 2030-2027 runs backwards", "write 2027-2030"),
        Row("*/61 * * * *", 3, "step 61 is larger than the 60 values of the minute field", "the largest useful step is 59"),
        Row("* */25 * * *", 5, "step 25 is larger than the 24 values of the hour field", "the largest useful step is 23"),
        Row("* * */32 * *", 7, "step 32 is larger than the 31 values of the day-of-month field", "the largest useful step is 30"),
        Row("* * * */13 *", 9, "step 13 is larger than the 12 values of the month field", "the largest useful step is 11"),
        Row("* * * * */8", 11, "step 8 is larger than the 7 values of the day-of-week field", "the largest useful step is 6"),
        Row("* * * * * * */231", 15, "step 231 is larger than the 230 values of the year field", "the largest useful step is 229"),
        Row("H/61 * * * *", 3, "step 61 is larger than the 60 values of the minute field", "the largest useful step is 59"),
        Row("*/0 * * * *", 3, "a step of 0 never advances", "write a step from 1 to 59"),
        Row("*/ * * * *", 3, "the step is missing or not a number", "write a step from 1 to 59 after /"),
        Row("*/x * * * *", 3, "the step is missing or not a number", "write a step from 1 to 59 after /"),
        Row("-1 * * * *", 1, "a value is missing before -", "write a minute from 0 to 59"),
        Row("60 * * * *", 1, "minute 60 is out of range", "write a minute from 0 to 59"),
        Row("* 24 * * *", 3, "hour 24 is out of range", "write an hour from 0 to 23"),
        Row("* * 0 * *", 5, "day-of-month 0 is out of range", "write a day-of-month from 1 to 31"),
        Row("* * 32 * *", 5, "day-of-month 32 is out of range", "write a day-of-month from 1 to 31"),
        Row("* * * 0 *", 7, "month 0 is out of range", "write a month from 1 to 12, or JAN-DEC"),
        Row("* * * 13 *", 7, "month 13 is out of range", "write a month from 1 to 12, or JAN-DEC"),
        Row("* * * * 8", 9, "day-of-week 8 is out of range", "write a day-of-week from 0 to 7, or SUN-SAT"),
        Row("60 * * * * *", 1, "second 60 is out of range", "write a second from 0 to 59"),
        Row("99999999999999999999 * * * *", 1, "minute 99999999999999999999 is out of range", "write a minute from 0 to 59"),
        Row("1-2-3 * * * *", 4, "a range has two ends", "write 1-2, or part list items by commas"),
        Row("1- * * * *", 3, "the range 1- has no end", "write a minute from 0 to 59"),
        Row("1,,2 * * * *", 2, "an item of the minute list is empty", "take the comma out, or write a minute from 0 to 59"),
        Row("1, * * * *", 2, "the minute list ends in a comma", "take the comma out, or write a minute from 0 to 59"),
        Row(",1 * * * *", 1, "an item of the minute list is empty", "take the comma out, or write a minute from 0 to 59"),
        Row("/5 * * * *", 1, "a step needs * or a range before it", "write */n or a-b/n"),
        Row("*5 * * * *", 2, "unexpected 5 in the minute field", "part list items by commas and fields by blanks"),
        Row("** * * * *", 2, "unexpected * in the minute field", "part list items by commas and fields by blanks"),
        Row("? * * * *", 1, "? has no meaning in the minute field", "write *"),
        Row("* ? * * *", 3, "? has no meaning in the hour field", "write *"),
        Row("* * * ? *", 7, "? has no meaning in the month field", "write *"),
        Row("* * * * * * ?", 13, "? has no meaning in the year field", "write *"),
        Row("* * ?,5 * *", 5, "? stands alone in its field", "write ? only, or leave it out"),
        Row("* * 5,? * *", 7, "? stands alone in its field", "write ? only, or leave it out"),
        Row("* * 10W,20W * *", 5, "10W stands alone in its field", "split it into two jobs, or two entries of the schedule list"),
        Row("* * 5,20W * *", 7, "20W stands alone in its field", "split it into two jobs, or two entries of the schedule list"),
        Row("* * 1-5W * *", 8, "W cannot follow a range", "write one day before W, for example 1W"),
        Row("* * W * *", 5, "W needs a day before it", "write nW, for example 15W, or LW"),
        Row("* * 15W-3 * *", 8, "nothing may follow 15W", "write 15W only"),
        Row("* * 32W * *", 5, "day-of-month 32 is out of range", "write a day-of-month from 1 to 31"),
        Row("* * * * 5W", 10, "W has no meaning in the day-of-week field", "write MON-FRI here, or nW such as 15W as day of month"),
        Row("* * * * LW", 9, "W has no meaning in the day-of-week field", "write MON-FRI here, or nW such as 15W as day of month"),
        Row("* 5W * * *", 4, "W has no meaning in the hour field", "write nW such as 15W as day of month"),
        Row("* * * * MONDAY", 9, "names have three letters: MONDAY", "write MON"),
        Row("* * * Sept *", 7, "names have three letters: Sept", "write SEP"),
        Row("* * * * FOO", 9, "there is no day-of-week FOO", "write a day-of-week from 0 to 7, or SUN-SAT"),
        Row("* * * * TEU", 9, "there is no day-of-week TEU", "did you mean TUE?"),
        Row("* * MON * *", 5, "MON has no meaning in the day-of-month field", "write a day-of-month from 1 to 31"),
        Row("MON * * * *", 1, "MON has no meaning in the minute field", "write a minute from 0 to 59"),
        Row("@Daily", 1, "nicknames are lower case: @Daily", "did you mean @daily?"),
        Row("@dayly", 1, "there is no nickname @dayly", "did you mean @daily?"),
        Row(
            "@nonsense", 1, "there is no nickname @nonsense",
            "write one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @every, @reboot"),
        Row(
            "@", 1, "there is no nickname @",
            "write one of @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @every, @reboot"),
        Row("@daily 5", 8, "@daily stands alone; nothing may follow it", "write @daily only"),
        Row("@reboot now", 9, "@reboot stands alone; nothing may follow it", "write @reboot only"),
        Row("daily", 1, "nicknames begin with @: daily", "did you mean @daily?"),
        Row("@every", 7, "@every needs a duration", "write for example @every 5m"),
        Row("@every 90", 10, "the number 90 has no unit", "write 90s for seconds"),
        Row("@every 1.5h", 9, "a duration takes whole numbers", "write for example 1h30m instead of 1.5h"),
        Row(
            "@every 5h5d", 10, "5h5d is not a duration",
            "write whole numbers with d, h, m, s, ms in this order, each once, for example @every 1h30m"),
        Row("@every 5m 3s", 11, "@every takes one duration without blanks", "write for example @every 1h30m"),
        Row("@every 500ms", 8, "@every is at least one second", "write @every 1s or more"),
        Row("@every 0s", 8, "@every is at least one second", "write @every 1s or more"),
        Row("@every 5y", 9, "there is no unit y", "write d, h, m, s or ms"),
        Row(
            "@every m", 8, "m is not a duration",
            "write whole numbers with d, h, m, s, ms in this order, each once, for example @every 1h30m"),
        Row("@every 99999999999999999999d", 8, "@every is at most 3660 days", "write @every 3660d or less"),
        Row("@Every 5m", 1, "nicknames are lower case: @Every", "did you mean @every?"),
        Row("* * * * * * 1969", 13, "the year 1969 is outside the calendar", "write a year from 1970 to 2199"),
        Row("* * * * * * 2200", 13, "the year 2200 is outside the calendar", "write a year from 1970 to 2199"),
        Row(
            "", 1, "the expression is empty",
            "write 5 fields: minute hour day-of-month month day-of-week; 6: second first; 7: second first and year last"),
        Row(
            "* * *", 6, "an expression has 5, 6 or 7 fields, this one has 3",
            "write 5 fields: minute hour day-of-month month day-of-week; 6: second first; 7: second first and year last"),
        Row(
            "1 2 3 4", 8, "an expression has 5, 6 or 7 fields, this one has 4",
            "write 5 fields: minute hour day-of-month month day-of-week; 6: second first; 7: second first and year last"),
        Row(
            "* * * * * * * *", 15, "an expression has at most 7 fields",
            "write 5 fields: minute hour day-of-month month day-of-week; 6: second first; 7: second first and year last"),
        Row(
            "* * * * * * * * * * *", 15, "an expression has at most 7 fields",
            "write 5 fields: minute hour day-of-month month day-of-week; 6: second first; 7: second first and year last"),
        Row("* * L-3 * *", 6, "L-n is not in the dialect", "write L for the last day of the month, or a day such as 28"),
        Row("* * LWX * *", 7, "nothing may follow LW but a comma", "write L for the last day, LW for the last Monday-to-Friday"),
        Row("* * 5L * *", 6, "L stands alone in the day-of-month field", "write L for the last day of the month"),
        Row("* * * * L", 9, "L needs a weekday before it", "write SATL for the last Saturday of the month, or SAT for every one"),
        Row("L * * * *", 1, "L has no meaning in the minute field", "write a minute from 0 to 59"),
        Row("* ~ * * *", 3, "~ (a random value) is not in the dialect", "write H, or H(a-b), for a stable value drawn from the job's name"),
        Row("* * * * +MON", 9, "+ is not in the dialect", "write MON"),
        Row(
            "TZ=UTC 0 2 * * *", 1, "a time zone has no place inside the expression",
            "take it out and write timezone: as a key of the job, or --timezone on the command line"),
        Row(
            "CRON_TZ=Europe/Berlin 0 2 * * *", 1, "a time zone has no place inside the expression",
            "take it out and write timezone: as a key of the job, or --timezone on the command line"),
        Row(
            "0 2 * * * 2027", 11, "2027 looks like a year, but the sixth of six fields is the day of week",
            "write the year as the seventh field: 0 0 2 * * * 2027"),
        Row(
            "0 0 2 * * 2027-2030", 11, "2027 looks like a year, but the sixth of six fields is the day of week",
            "write the year as the seventh field: 0 0 0 2 * * 2027-2030"),
        Row("* * * * 5#6", 11, "after # stands one of 1 to 5, or L", "write for example 5#1 for the first, 5#L for the last of the month"),
        Row("* * * * 5#0", 11, "after # stands one of 1 to 5, or L", "write for example 5#1 for the first, 5#L for the last of the month"),
        Row("* * * * 5#", 11, "after # stands one of 1 to 5, or L", "write for example 5#1 for the first, 5#L for the last of the month"),
        Row(
            "* * * * 5#2-3", 12, "after # stands one of 1 to 5, or L", "write for example 5#1 for the first, 5#L for the last of the month"),
        Row("* * * * 1-5L", 12, "L cannot follow a range", "write each weekday with its own L, for example MONL,TUEL"),
        Row("* * * * 1-5#2", 12, "# cannot follow a range", "write each weekday with its own #, for example MON#1,TUE#1"),
        Row("* * * * #2", 9, "# has no meaning here", "write d#n in the day-of-week field, for example FRI#2 for the second Friday"),
        Row("* * 1#2 * *", 6, "# has no meaning here", "write d#n in the day-of-week field, for example FRI#2 for the second Friday"),
        Row("h * * * *", 1, "h is not in the dialect", "write H for a value drawn from the job's name"),
        Row("H(5 * * * *", 4, "H takes a range in parentheses", "write H, H(a-b), H/n or H(a-b)/n"),
        Row("H(5) * * * *", 4, "H takes a range in parentheses", "write H, H(a-b), H/n or H(a-b)/n"),
        Row("H(9-5) * * * *", 3, "the range 9-5 runs backwards", "write H(5-9)"),
        Row("H(5-60) * * * *", 5, "minute 60 is out of range", "write a minute from 0 to 59"),
        Row("Hx * * * *", 1, "Hx has no meaning in the minute field", "write a minute from 0 to 59"),
        Row("0 2 * * *;", 10, "unexpected ; in the day-of-week field", "part list items by commas and fields by blanks"),
        Row(
            "0\u{A0}2 * * *", 2, "the character U+00A0 has no meaning in an expression",
            "use ASCII letters, digits and * , - / ? # ( ) @, and blanks or tabs between fields"),
        Row(
            "0 2 * * *\n", 10, "the character U+000A has no meaning in an expression",
            "use ASCII letters, digits and * , - / ? # ( ) @, and blanks or tabs between fields"),
        Row(
            "ü * * * *", 1, "the character ü (U+00FC) has no meaning in an expression",
            "use ASCII letters, digits and * , - / ? # ( ) @, and blanks or tabs between fields"),
        Row("* * * * % ", 9, "unexpected % in the day-of-week field", "part list items by commas and fields by blanks"),
    ]

    /// The hints that spell out a range must be accepted in place of the refused item.
    @Test(arguments: [
        "5/15 * * * *", "* * * * FRI-MON", "* 22-4 * * *", "5-3 * * * *", "22-4/3 * * * *", "* * * * SAT-MON/2", "* * * NOV-FEB *",
        "* * 31-1 * *", "* * * * 6-0", "* * * * 5-0", "* * * * MON/2", "* * * 12/3 *", "* * * * MONDAY", "* * * sept *",
    ])
    func writtenHintsParse(_ text: String) throws {
        let error = #expect(throws: CronSyntaxError.self) { try CronSchedule(text) }
        let hint = try #require(error?.fix.split(separator: " ").last)
        let fields = text.split(separator: " ").map { $0.contains { !"*".contains($0) } ? hint : $0 }
        #expect(throws: Never.self) { try CronSchedule(fields.joined(separator: " ")) }
    }

    @Test func expressionsAreBounded() {
        let long = String(repeating: "1,", count: 50_000)
        #expect(
            throws: CronSyntaxError(
                column: CronSchedule.maximumLength + 1, message: "the expression is longer than 4096 bytes",
                fix: "use ranges and steps, or split it into several expressions")
        ) { try CronSchedule(long) }
        let longest = String(repeating: " ", count: CronSchedule.maximumLength - 9) + "* * * * *"
        #expect(throws: Never.self) { try CronSchedule(longest) }
    }

    @Test func columnsCountUnicodeScalars() {
        let error = #expect(throws: CronSyntaxError.self) { try CronSchedule("* * * * é€😀x") }
        #expect(error?.column == 9)
        let long = String(repeating: "€", count: 2_000)
        #expect(throws: CronSyntaxError.self) { try CronSchedule(long) }
    }
}
