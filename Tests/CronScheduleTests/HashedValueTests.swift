import CronSchedule
import Testing

@Suite struct HashedValueTests {
    /// These values are a promise: a job keeps its time for ever.
    @Test(arguments: [
        ("nightly", "H H * * *", "28 21 * * *"),
        ("backup", "H H(1-5) H * H", "25 2 26 * 0"),
        ("", "H * * * *", "25 * * * *"),
        ("nightly", "H/15 H(8-18)/4 * * *", "13-58/15 9-17/4 * * *"),
        ("ü", "H 4 * H *", "13 4 * 12 *"),
        ("nightly", "H H H H H H H", "39 28 21 23 12 3 2071"),
        ("x", "H,30 2 * * *", "12,30 2 * * *"),
    ])
    func aNameKeepsItsValues(job: String, text: String, canonical: String) throws {
        let schedule = try CronSchedule(text, jobName: job)
        #expect(schedule.canonical == canonical)
        #expect(try CronSchedule(schedule.canonical) == schedule)
    }

    @Test func valuesStayInTheirRangesAndSpread() throws {
        var minutes: Set<String> = []
        for number in 0..<500 {
            let fields = try CronSchedule("H H(1-5) H H(MAR-MAY) H(MON-SUN)", jobName: "job\(number)").canonical.split(separator: " ")
            try #require(fields.count == 5)
            minutes.insert(String(fields[0]))
            #expect((0...59).contains(try #require(Int(fields[0]))))
            #expect((1...5).contains(try #require(Int(fields[1]))))
            #expect((1...28).contains(try #require(Int(fields[2]))))
            #expect((3...5).contains(try #require(Int(fields[3]))))
            #expect((0...6).contains(try #require(Int(fields[4]))))
        }
        #expect(minutes.count == 60)
    }

    @Test func aHashedStepStartsWithinItsFirstStep() throws {
        for number in 0..<200 {
            let schedule = try CronSchedule("H/15 H(8-18)/4 * * *", jobName: "job\(number)")
            let fields = schedule.canonical.split(separator: " ")
            let first = try #require(fields[0].split(separator: "-").first.flatMap { Int($0) })
            #expect((0..<15).contains(first))
            #expect(schedule.kind == .calendar(.fixedTime))
        }
    }
}
