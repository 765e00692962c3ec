import Testing

@Suite struct CronNextTests {
    private let command: BuiltCommand

    init() throws { command = try BuiltCommand() }

    @Test func printsMomentsWithOffsetsAndNotes() throws {
        let outcome = try command.run([
            "cron", "next", "30 4 * * *", "--timezone", "Europe/Berlin", "--from", "2027-03-27T12:00:00Z", "--count", "2",
        ])
        #expect(outcome.output == "2027-03-28T04:30:00+02:00  Sun\n2027-03-29T04:30:00+02:00  Mon\n")
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == 0)
    }

    @Test func explainsAndWarnsWithACaret() throws {
        let outcome = try command.run([
            "cron", "next", "30 2 * * *", "--timezone", "Europe/Berlin", "--from", "2027-03-27T12:00:00Z", "--count", "1", "--explain",
        ])
        #expect(
            outcome.output == """
                meaning    at 02:30 every day, Europe/Berlin; 2027-03-28 has no 02:30: runs at 03:00
                class      fixed-time
                canonical  30 2 * * *

                2027-03-28T03:00:00+02:00  Sun  there is no 02:30 on this day: runs right after the gap

                """)
        #expect(
            outcome.errors == """
                warning: column 4: slots from 00:00 to 03:59, here 02:30, can be missing or repeated where Europe/Berlin changes its clock, next on 2027-03-28
                  30 2 * * *
                     ^
                  fix: choose a time from 04:00 on, or timezone: UTC

                """)
        #expect(outcome.status == 0)
    }

    @Test func aRefusalShowsTheExpressionWithACaret() throws {
        let outcome = try command.run(["cron", "next", "30 2 * * MONDAY"])
        #expect(outcome.output.isEmpty)
        #expect(
            outcome.errors == """
                error: column 10: names have three letters: MONDAY
                  30 2 * * MONDAY
                           ^
                  fix: write MON

                """)
        #expect(outcome.status == 2)
    }

    @Test func aCaretPointsIntoLongAndStrangeText() throws {
        let long = try command.run(["cron", "next", String(repeating: "1,", count: 1_000) + "x * * * *"])
        let lines = long.errors.split(separator: "\n")
        try #require(lines.count == 4)
        let shown = Array(lines[1])
        let caret = Array(lines[2]).count - 1
        #expect(lines[0] == "error: column 2001: x has no meaning in the minute field")
        #expect(lines[2].hasSuffix("^"))
        #expect(shown.indices.contains(caret) && shown[caret] == "x")
        #expect(shown.count <= 122)
        let strange = try command.run(["cron", "next", "* * \u{202E}\u{1B}[2J * *"])
        #expect(
            strange.errors.hasPrefix("error: column 5: the character U+202E has no meaning in an expression\n  * *   [2J * *\n      ^\n"))
    }

    @Test func aRefusalIsJSONWhenAskedFor() throws {
        let outcome = try command.run(["cron", "next", "30 2 * * MONDAY", "--json"])
        #expect(outcome.output == #"{"error":{"column":10,"message":"names have three letters: MONDAY","fix":"write MON"}}"# + "\n")
        #expect(outcome.status == 2)
    }

    @Test func printsOneJSONObject() throws {
        let outcome = try command.run([
            "cron", "next", "*/30 2 15 * FRI", "--timezone", "UTC", "--from", "2027-03-27T12:00:00Z", "--count", "1", "--json",
        ])
        #expect(
            outcome.output == """
                {"expr":"*/30 2 15 * FRI","canonical":"*/30 2 15 * 5","class":"interval","timezone":"UTC",\
                "meaning":"at 02:00 and 02:30 on day 15 of the month or Friday (either matches), UTC",\
                "next":[{"at":"2027-04-02T02:00:00+00:00","slots":1}],\
                "warnings":[{"code":"either_day","column":8,"message":"day of month and day of week are both restricted: either matches",\
                "fix":"write * in one of them if only the other was meant"}]}

                """)
        #expect(outcome.status == 0)
    }

    @Test func anUnknownZoneIsARefusal() throws {
        let outcome = try command.run(
            ["cron", "next", "@daily", "--timezone", "Europe/Berln"], environment: ["TZDIR": "/usr/share/zoneinfo"])
        #expect(
            outcome.errors
                == "error: Europe/Berln is not in the time zone data of /usr/share/zoneinfo\n  fix: did you mean Europe/Berlin?\n")
        #expect(outcome.status == 2)
        let json = try command.run(
            ["cron", "next", "@daily", "--timezone", "Europe/Berln", "--json"], environment: ["TZDIR": "/usr/share/zoneinfo"])
        #expect(
            json.output
                == #"{"error":{"column":0,"message":"Europe/Berln is not in the time zone data of /usr/share/zoneinfo","fix":"did you mean Europe/Berlin?"}}"#
                + "\n")
        #expect(json.status == 2)
    }

    @Test func theMachinesZoneIsTheDefault() throws {
        let outcome = try command.run(
            ["cron", "next", "0 12 * * *", "--from", "2027-06-01T00:00:00Z", "--count", "1"], environment: ["TZ": "Asia/Tokyo"])
        #expect(outcome.output == "2027-06-01T12:00:00+09:00  Tue\n")
    }

    @Test func whatNeverFiresSaysSo() throws {
        let outcome = try command.run(["cron", "next", "0 12 30 2 *", "--timezone", "UTC", "--from", "2027-06-01T00:00:00Z"])
        #expect(outcome.output == "no further moment\n")
        #expect(outcome.errors.hasPrefix("warning: column 6: this never fires: no such date in the years 1970 to 2199\n"))
        #expect(outcome.status == 0)
    }

    @Test(arguments: [
        ["--count", "0"], ["--count", "10001"], ["--from", "yesterday"], ["--from", "2027-06-01T00:00:00"], ["--dst-gap", "jump"],
    ])
    func wrongOptionsAreUsageErrors(_ options: [String]) throws {
        let outcome = try command.run(["cron", "next", "@daily", "--timezone", "UTC"] + options)
        #expect(outcome.status != 0)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(options[0]))
    }
}
