import CronSchedule
import Testing

@Suite struct DaylightSavingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var zone: String
        var expression: String
        var after: String
        var expected: [String]
        var dstGap = DSTGapPolicy.run
        var testDescription: String { "\(zone) \(expression) after \(after)" }
    }

    @Test(arguments: [
        Row(
            zone: "Europe/Berlin", expression: "30 2 * * *", after: "2027-03-27T12:00:00+01:00",
            expected: ["2027-03-28T03:00:00+02:00", "2027-03-29T02:30:00+02:00"]),
        Row(
            zone: "Europe/Berlin", expression: "30 2 * * *", after: "2027-10-30T12:00:00+02:00",
            expected: ["2027-10-31T02:30:00+02:00", "2027-11-01T02:30:00+01:00"]),
    ])
    func followsTheClock(_ row: Row) throws {
        let found = try occurrences(row.expression, after: row.after, in: row.zone, count: row.expected.count, dstGap: row.dstGap)
        #expect(found == row.expected)
    }
}
