import CronSchedule
import Foundation
import Testing

/// Random expressions against a walker that knows the rules but not the engine.
///
/// `CRON_SEED=n swift test` repeats a run; each failure names its seed.
@Suite struct PropertyTests {
    private static let seed: UInt64 = {
        let given = ProcessInfo.processInfo.environment["CRON_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0..<1_000_000)
        print("PropertyTests: CRON_SEED=\(seed)")
        return seed
    }()
    private let seed = PropertyTests.seed

    /// Moments around which clocks change in many ways, by zone.
    private static let places = [
        ("UTC", "2028-02-28T00:00:00Z"), ("Europe/Berlin", "2027-03-27T00:00:00Z"), ("Europe/Berlin", "2027-10-30T00:00:00Z"),
        ("America/New_York", "2027-03-13T00:00:00Z"), ("America/New_York", "2027-11-06T00:00:00Z"),
        ("Australia/Lord_Howe", "2027-10-02T00:00:00Z"), ("Australia/Lord_Howe", "2027-04-03T00:00:00Z"),
        ("Antarctica/Troll", "2027-03-27T00:00:00Z"), ("Antarctica/Troll", "2027-10-30T00:00:00Z"),
        ("Pacific/Apia", "2011-12-28T00:00:00Z"), ("Pacific/Kwajalein", "1993-08-19T00:00:00Z"),
        ("America/Santiago", "2027-04-03T00:00:00Z"), ("Africa/Casablanca", "2027-02-06T00:00:00Z"),
        ("America/Havana", "2027-03-13T00:00:00Z"), ("Asia/Pyongyang", "2018-05-03T00:00:00Z"), ("Asia/Manila", "1978-03-21T00:00:00Z"),
        ("America/Caracas", "2007-12-08T00:00:00Z"), ("Africa/Juba", "2021-01-30T00:00:00Z"),
    ]

    @Test(arguments: places)
    func nextAgreesWithTheMinuteWalker(zoneName: String, from: String) throws {
        var generator = SeededGenerator(seed: seed)
        let zone = try zone(zoneName)
        let start = try instant(from).seconds
        for _ in 0..<25 {
            let expression = RandomExpression(&generator)
            let range = start..<start + 4 * 86_400
            let expected = BruteForceWalker(expression: expression, zone: zone).occurrences(in: range)
            try expect(expected, expression, zone, range)
        }
    }

    @Test(arguments: [
        ("Europe/Berlin", "2027-03-28T00:50:00Z"), ("Australia/Lord_Howe", "2027-04-03T14:20:00Z"),
        ("Europe/Berlin", "2027-10-30T23:40:00Z"),
    ])
    func nextAgreesWithTheSecondWalker(zoneName: String, from: String) throws {
        var generator = SeededGenerator(seed: seed)
        let zone = try zone(zoneName)
        let start = try instant(from).seconds
        for _ in 0..<6 {
            let expression = RandomExpression(&generator, withSeconds: true)
            let range = start..<start + 3 * 3_600
            let expected = BruteForceWalker(expression: expression, zone: zone, step: 1).occurrences(in: range)
            try expect(expected, expression, zone, range)
        }
    }

    private func expect(_ expected: [Int64], _ expression: RandomExpression, _ zone: SystemTimeZone, _ range: Range<Int64>) throws {
        let schedule = try CronSchedule(expression.description)
        var found: [Int64] = []
        var moment = Instant(seconds: range.lowerBound - 1)
        while let next = try schedule.next(after: moment, in: zone), next.seconds < range.upperBound {
            try #require(next > moment)
            found.append(next.seconds)
            moment = next
        }
        #expect(found == expected, "CRON_SEED=\(seed): \(expression) in \(zone.identifier) from \(Instant(seconds: range.lowerBound))")
        var backwards: [Int64] = []
        moment = Instant(seconds: range.upperBound)
        while let previous = try schedule.previous(before: moment, in: zone), previous.seconds >= range.lowerBound {
            try #require(previous < moment)
            backwards.append(previous.seconds)
            moment = previous
        }
        #expect(backwards.reversed() == expected, "CRON_SEED=\(seed): previous of \(expression) in \(zone.identifier)")
    }

    @Test func nextAndPreviousAreInverse() throws {
        var generator = SeededGenerator(seed: seed)
        let zones = try ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo"].map {
            try zone($0)
        }
        for _ in 0..<400 {
            let expression = RandomExpression(&generator, withSeconds: Bool.random(using: &generator))
            let schedule = try CronSchedule(expression.description)
            let zone = try #require(zones.randomElement(using: &generator))
            let gap = try #require(DSTGapPolicy.allCases.randomElement(using: &generator))
            let from = Instant(milliseconds: Int64.random(in: 0..<7_000_000_000_000, using: &generator))
            let place: Comment = "CRON_SEED=\(seed): \(expression) in \(zone.identifier) after \(from)"
            guard let next = try schedule.next(after: from, in: zone, dstGap: gap) else { continue }
            #expect(next > from, place)
            let previous = try schedule.previous(before: next, in: zone, dstGap: gap)
            #expect(previous.map { $0 <= from } ?? true, place)
            #expect(try schedule.previous(before: Instant(milliseconds: next.milliseconds + 1), in: zone, dstGap: gap) == next, place)
            if let previous { #expect(try schedule.next(after: previous, in: zone, dstGap: gap) == next, place) }
        }
    }

    @Test func canonicalTextMeansTheSame() throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let expression = RandomExpression(&generator, withSeconds: Bool.random(using: &generator))
            let schedule = try CronSchedule(expression.description)
            let again = try CronSchedule(schedule.canonical)
            #expect(again == schedule, "CRON_SEED=\(seed): \(expression) became \(schedule.canonical)")
            #expect(again.canonical == schedule.canonical, "CRON_SEED=\(seed): \(expression)")
        }
    }
}
