import CronSchedule
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2027-03-28T03:00:00+02:00", 1_806_195_600_000), ("2027-03-28T01:00Z", 1_806_195_600_000),
        ("2027-03-28 01:00:00.250Z", 1_806_195_600_250), ("2027-03-28T01:00:00.2509999z", 1_806_195_600_250),
        ("2027-03-28T01:00:00.5Z", 1_806_195_600_500), ("2027-03-27T20:00:00-0500", 1_806_195_600_000),
        ("2027-03-28T03:00:00+02", 1_806_195_600_000), ("1969-12-31T23:59:59.999Z", -1), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("2000-02-29T00:00:00Z", 951_782_400_000), ("9999-12-31T23:59:59Z", 253_402_300_799_000),
    ])
    func readsISO8601(text: String, milliseconds: Int64) {
        #expect(Instant(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2027", "2027-03-28", "2027-03-28T01:00:00", "2027-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2027-13-01T00:00:00Z",
        "2027-00-01T00:00:00Z", "2027-01-00T00:00:00Z", "2027-04-31T00:00:00Z", "2027-01-01T24:00:00Z", "2027-01-01T00:60:00Z",
        "2027-01-01T00:00:60Z", "2027-01-01T00:00:00.Z", "2027-01-01T00:00:00+27:00", "2027-01-01T00:00:00+01:60", "2027-01-01T00:00:00Zx",
        "2027-01-01T00:00:00+1", "12027-01-01T00:00:00Z", "-027-01-01T00:00:00Z", "２０２７-01-01T00:00:00Z", " 2027-01-01T00:00:00Z",
        String(repeating: "9", count: 100_000),
    ])
    func refusesWhatIsNoMoment(_ text: String) { #expect(Instant(iso8601: text) == nil) }

    @Test(
        arguments: [
            (0, nil, "1970-01-01T00:00:00Z"), (1_806_195_600_000, 7_200, "2027-03-28T03:00:00+02:00"),
            (1_806_195_600_250, -16_200, "2027-03-27T20:30:00.250-04:30"), (-1, 0, "1969-12-31T23:59:59.999+00:00"),
            (-2_208_988_800_000, 3_208, "1900-01-01T00:53:28+00:53:28"), (253_402_300_800_000, nil, "10000-01-01T00:00:00Z"),
            (-62_167_219_200_001, nil, "-0001-12-31T23:59:59.999Z"),
        ] as [(Int64, Int?, String)])
    func printsISO8601(milliseconds: Int64, offset: Int?, expected: String) {
        #expect(Instant(milliseconds: milliseconds).iso8601(offset: offset) == expected)
    }

    @Test func theEndsOfTheRangeArePrinted() {
        #expect(Instant(milliseconds: .min).description == "-292275055-05-16T16:47:04.192Z")
        #expect(Instant(milliseconds: .max).description == "292278994-08-17T07:12:55.807Z")
    }

    @Test func secondsAreRoundedDownAndClamped() {
        #expect(Instant(milliseconds: -1).seconds == -1)
        #expect(Instant(milliseconds: -1_000).seconds == -1)
        #expect(Instant(milliseconds: 1_999).seconds == 1)
        #expect(Instant(seconds: .max).milliseconds == .max)
        #expect(Instant(seconds: .min).milliseconds == .min)
        #expect(Instant(milliseconds: 0).advanced(by: .microseconds(-1)) == Instant(milliseconds: -1))
        #expect(Instant(milliseconds: 0).advanced(by: .milliseconds(1_500)) == Instant(milliseconds: 1_500))
        #expect(Instant(milliseconds: .max).advanced(by: .milliseconds(1)) == nil)
        #expect(Instant(milliseconds: 0).advanced(by: .seconds(Int64.max)) == nil)
    }

    @Test func everyDayOfTheCalendarIsPrintedAndReadBack() throws {
        var year = 1_970
        for day in 0..<84_006 {
            let moment = Instant(seconds: Int64(day) * 86_400)
            let text = moment.iso8601(offset: nil)
            try #require(Instant(iso8601: text) == moment)
            if text.hasSuffix("-01-01T00:00:00Z") {
                try #require(text.hasPrefix("\(year)-"))
                year += 1
            }
        }
        #expect(year == 2_200)
    }
}
