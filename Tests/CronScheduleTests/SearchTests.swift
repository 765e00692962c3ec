import CronSchedule
import Testing

@Suite struct SearchTests {
    @Test(arguments: [
        ("* * * * *", "2027-01-01T00:00:00Z", "2027-01-01T00:01:00Z"), ("* * * * *", "2027-01-01T00:00:59.999Z", "2027-01-01T00:01:00Z"),
        ("* * * * * *", "2027-01-01T00:00:00Z", "2027-01-01T00:00:01Z"),
        ("* * * * * *", "2027-01-01T00:00:00.001Z", "2027-01-01T00:00:01Z"),
        ("@daily", "2027-12-31T23:59:59Z", "2028-01-01T00:00:00Z"), ("0 12 1 1 *", "1815-06-18T12:00:00Z", "1970-01-01T12:00:00Z"),
        ("@every 1500ms", "2027-01-01T00:00:00.250Z", "2027-01-01T00:00:01.750Z"),
    ])
    func nextIsStrictlyGreater(text: String, after: String, expected: String) throws {
        #expect(try CronSchedule(text).next(after: instant(after), in: SystemTimeZone.utc) == instant(expected))
    }

    @Test(arguments: [
        ("* * * * *", "2027-01-01T00:00:00Z", "2026-12-31T23:59:00Z"), ("* * * * *", "2027-01-01T00:00:00.001Z", "2027-01-01T00:00:00Z"),
        ("0 0 31 12 *", "2900-01-01T00:00:00Z", "2199-12-31T00:00:00Z"),
        ("@every 1500ms", "2027-01-01T00:00:01.750Z", "2027-01-01T00:00:00.250Z"),
    ])
    func previousIsStrictlyLess(text: String, before: String, expected: String) throws {
        #expect(try CronSchedule(text).previous(before: instant(before), in: SystemTimeZone.utc) == instant(expected))
    }

    /// From within the second pass of a repeated hour the slot of the first pass is the last one.
    @Test(arguments: [
        ("2027-10-31T01:29:00Z", "2027-10-31T00:30:00Z"), ("2027-10-31T01:30:00Z", "2027-10-31T00:30:00Z"),
        ("2027-10-31T02:30:00Z", "2027-10-31T00:30:00Z"), ("2027-10-31T00:30:00Z", "2027-10-30T00:30:00Z"),
    ])
    func previousOfAFixedSlotAroundARepeat(before: String, expected: String) throws {
        let schedule = try CronSchedule("30 2 * * *")
        #expect(try schedule.previous(before: instant(before), in: zone("Europe/Berlin")) == instant(expected))
    }

    @Test(arguments: ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 0 29 2 * 2027", "0 0 0 1 1 * 1999", "0 0 31W 2 *", "@reboot"])
    func whatNeverFiresHasNoNext(_ text: String) throws {
        let schedule = try CronSchedule(text)
        for name in ["UTC", "Europe/Berlin", "Africa/Casablanca"] {
            #expect(try schedule.next(after: instant("2027-06-01T00:00:00Z"), in: zone(name)) == nil)
        }
    }

    @Test func theEndsOfTimeAreBounded() throws {
        for text in ["* * * * * *", "30 2 * * *", "0 0 30 2 *", "@every 1s"] {
            for name in ["UTC", "Europe/Berlin", "Australia/Lord_Howe"] {
                let schedule = try CronSchedule(text)
                for moment in [Instant(milliseconds: .min), Instant(milliseconds: .max), Instant(seconds: .min), Instant(seconds: .max)] {
                    let next = try schedule.next(after: moment, in: zone(name))
                    #expect(next.map { $0 > moment } ?? true)
                    let previous = try schedule.previous(before: moment, in: zone(name))
                    #expect(previous.map { $0 < moment } ?? true)
                    _ = try schedule.occurrence(at: moment, in: zone(name))
                    _ = try schedule.reason(at: moment, in: zone(name))
                }
            }
        }
        #expect(try CronSchedule("@every 1s").next(after: Instant(milliseconds: .max), in: SystemTimeZone.utc) == nil)
    }

    /// A clock that turns back and forth each second: more changes than any search passes.
    private struct Flicker: TimeZoneRules {
        let identifier = "Test/Flicker"
        func period(containing seconds: Int64) -> ZonePeriod {
            ZonePeriod(start: seconds, end: seconds + 1, offset: seconds % 2 == 0 ? 0 : 60)
        }
    }

    /// Rules that answer with a stretch elsewhere.
    private struct Liar: TimeZoneRules {
        let identifier = "Test/Liar"
        var period: ZonePeriod
        func period(containing seconds: Int64) -> ZonePeriod { period }
    }

    @Test(arguments: ["30 2 * * *", "*/5 2 1 1 *", "0 0 29 2 *"])
    func aZoneWithoutEndIsGivenUp(_ text: String) throws {
        let schedule = try CronSchedule(text)
        let from = try instant("2027-06-01T12:00:00Z")
        #expect(throws: CronSearchError.tooManyPeriods(zone: "Test/Flicker")) { try schedule.next(after: from, in: Flicker()) }
        #expect(throws: CronSearchError.tooManyPeriods(zone: "Test/Flicker")) { try schedule.previous(before: from, in: Flicker()) }
    }

    @Test(arguments: [
        ZonePeriod(start: 0, end: 1, offset: 0), ZonePeriod(start: 2_000_000_000, end: 0, offset: 0),
        ZonePeriod(start: .min, end: .max, offset: 1_000_000),
    ])
    func aZoneThatContradictsItselfIsAnError(_ period: ZonePeriod) throws {
        let from = try instant("2027-06-01T12:00:00Z")
        let schedule = try CronSchedule("30 2 * * *")
        let error = #expect(throws: CronSearchError.self) { try schedule.next(after: from, in: Liar(period: period)) }
        #expect(
            error.map { "\($0)" }
                == "the rules of Test/Liar contradict themselves around 2027-06-01T12:00:01Z; check the tz data of that zone")
        #expect(throws: CronSearchError.self) { try schedule.previous(before: from, in: Liar(period: period)) }
    }
}
