import FoundationEssentials
import JobKit
import Testing

@testable import BackupJob

/// Which points stay, decided from records alone.
@Suite struct RetentionPlanTests {
    private static let now = Date(timeIntervalSince1970: 1_798_761_600)  // 2027-01-01T00:00:00Z, a Friday
    private static let day = 86_400.0

    /// A point begun so many days ago.
    private func point(
        _ counter: Int, days: Double, chain: String? = nil, sequence: Int = 0, isGood: Bool = true, pin: String? = nil, fault: String? = nil
    ) -> RetentionPoint {
        RetentionPoint(
            point: "P\(counter)", chain: chain ?? "C\(counter)", sequence: sequence, counter: counter,
            started: Self.now.addingTimeInterval(-days * Self.day), isGood: isGood, pin: pin, fault: fault)
    }

    /// Full points, one a day, the newest one of today.
    private func daily(_ count: Int) -> [RetentionPoint] { (0..<count).map { point($0, days: Double(count - 1 - $0)) } }

    private func kept(_ points: [RetentionPoint], _ rules: RetentionRules, isForced: Bool = false) -> [Int] {
        RetentionPlan(points, rules: rules, now: Self.now, isForced: isForced).decisions.filter(\.isKept).map(\.point.counter)
    }

    @Test func withoutRulesEverythingStays() {
        let plan = RetentionPlan(daily(400), rules: nil, now: Self.now)
        #expect(plan.removed.isEmpty && plan.refusal == nil)
    }

    @Test func whatAnyRuleKeepsIsKept() {
        let points = daily(400)
        #expect(kept(points, RetentionRules(last: 3)) == [397, 398, 399])
        #expect(kept(points, RetentionRules(days: 2)) == [397, 398, 399])
        #expect(kept(points, RetentionRules(last: 1, days: 5)) == [394, 395, 396, 397, 398, 399])
        #expect(kept(points, RetentionRules(periods: [(.daily, 2)])) == [398, 399])
        // Mondays begin a week: 2026-12-27 is a Sunday, five days before.
        #expect(kept(points, RetentionRules(periods: [(.weekly, 3)])) == [387, 394, 399])
        // The last days of November and December, and today.
        #expect(kept(points, RetentionRules(periods: [(.monthly, 3)])) == [367, 398, 399])
        #expect(kept(points, RetentionRules(periods: [(.yearly, 5)])) == [33, 398, 399])
        #expect(kept(points, RetentionRules(periods: [(.daily, 1), (.yearly, 2)])) == [398, 399])
    }

    @Test func daysWithoutAPointDoNotCountForAPeriod() {
        let points = [point(1, days: 40), point(2, days: 20.2), point(3, days: 20.1), point(4, days: 0)]
        #expect(kept(points, RetentionRules(periods: [(.daily, 3)])) == [1, 3, 4])
    }

    @Test func aMachineThatWasOffForLongKeepsItsMinimum() {
        let points = (0..<10).map { point($0, days: 400 - Double($0)) }
        #expect(kept(points, RetentionRules(days: 30, minimumGood: 3)) == [7, 8, 9])
        let plan = RetentionPlan(points, rules: RetentionRules(days: 30, minimumGood: 3), now: Self.now)
        #expect(plan.decisions.last?.reasons == [.minimumGood(3)])
    }

    @Test func aPointIsKeptWithAllItIsRestoredThrough() {
        let points = (0..<7).map { point($0, days: Double(20 - $0), chain: "A", sequence: $0) } + [point(7, days: 0)]
        let plan = RetentionPlan(points, rules: RetentionRules(days: 17), now: Self.now)
        #expect(plan.removed.isEmpty)
        #expect(plan.decisions[0].reasons == [.needed(by: "P6")])
        // The end of a chain may go alone.
        var pinned = points
        pinned[2].pin = "exam"
        let ends = RetentionPlan(pinned, rules: RetentionRules(last: 1), now: Self.now)
        #expect(ends.removed.map(\.counter) == [3, 4, 5, 6])
        #expect(ends.decisions[2].reasons == [.pinned("exam")])
    }

    @Test func aPartialPointCountsForNothingAndStaysWhileNothingGoodFollows() {
        let points = [
            point(1, days: 5), point(2, days: 4, isGood: false), point(3, days: 3), point(4, days: 2, isGood: false),
            point(5, days: 1, isGood: false),
        ]
        #expect(kept(points, RetentionRules(last: 2)) == [1, 3, 4, 5])
        #expect(kept(points, RetentionRules(last: 1)) == [3, 4, 5])
        let none = points.map { point($0.counter, days: 400, isGood: false) }
        #expect(kept(none, RetentionRules(last: 1, days: 1)) == [1, 2, 3, 4, 5])
    }

    @Test func aChainWithAFaultIsLeftAloneAndIsNotGood() {
        let points = [
            point(1, days: 5), point(2, days: 4), point(3, days: 3, chain: "B", fault: "damaged"),
            point(4, days: 2, chain: "B", sequence: 1, fault: "damaged"),
        ]
        #expect(kept(points, RetentionRules(last: 1)) == [2, 3, 4])
    }

    @Test func manyAtOnceAreRefusedAndTheOrderIsTheSetsNotTheClocks() {
        let half = RetentionRules(last: 5, mostRemoved: 50)
        #expect(RetentionPlan(daily(10), rules: half, now: Self.now).refusal == nil)
        #expect(RetentionPlan(daily(11), rules: half, now: Self.now).refusal == .share(removed: 6, of: 11, limit: 50))
        #expect(RetentionPlan(daily(11), rules: half, now: Self.now, isForced: true).refusal == nil)
        // One old chain of two is no more than was to be expected; the end of a chain is.
        let chains =
            (0..<31).map { point($0, days: Double(40 - $0), chain: "A", sequence: $0) }
            + (31..<38).map {
                point($0, days: Double(38 - $0), chain: "B", sequence: $0 - 31)
            }
        #expect(RetentionPlan(chains, rules: RetentionRules(last: 7, mostRemoved: 50), now: Self.now).refusal == nil)
        var pinned = chains
        pinned[0].pin = ""
        #expect(
            RetentionPlan(pinned, rules: RetentionRules(last: 7, mostRemoved: 50), now: Self.now).refusal
                == .share(removed: 30, of: 38, limit: 50))
        // A clock that was set back by a year for one point: it is no older than the one before.
        let points = [point(1, days: 4), point(2, days: 3), point(3, days: 368), point(4, days: 1), point(5, days: 0)]
        #expect(kept(points, RetentionRules(days: 4)) == [1, 2, 3, 4, 5])
        #expect(kept(points, RetentionRules(last: 2)) == [4, 5])
    }

    @Test func aTimeToComeRefusesUntilSomebodyHasLooked() throws {
        let points = [point(1, days: 50), point(2, days: 40), point(3, days: -900), point(4, days: 20), point(5, days: 0)]
        let rules = RetentionRules(days: 30)
        let refusal = try #require(RetentionPlan(points, rules: rules, now: Self.now).refusal)
        #expect(refusal == .future(point: "P3", started: points[2].started))
        #expect(refusal.description.hasPrefix("nothing is removed: point P3 was begun at 2029-06-19T"), "\(refusal)")
        // Forced, it is as old as the next one.
        #expect(kept(points, rules, isForced: true) == [3, 4, 5])
        #expect(kept(points, RetentionRules(days: 15), isForced: true) == [5])
        // Where nothing would go there is nothing to refuse.
        #expect(RetentionPlan(points, rules: RetentionRules(last: 10), now: Self.now).refusal == nil)
    }

    @Test("of any history, no chain is broken, the newest good point stays, and a rule more removes nothing more", arguments: 1...300)
    func invariants(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let hasClock = seed % 2 == 0
        let points = history(&random, hasClock: hasClock)
        let rules = anyRules(&random)
        let plan = RetentionPlan(points, rules: rules, now: Self.now, isForced: true)
        #expect(Set(plan.decisions.map(\.point)) == Set(points))
        let kept = Set(plan.decisions.filter(\.isKept).map(\.point))
        for point in kept {
            #expect(points.filter { $0.chain == point.chain && $0.sequence < point.sequence }.allSatisfy(kept.contains))
        }
        let good = points.filter { $0.isGood && $0.fault == nil }.sorted { $0.counter < $1.counter }
        #expect(good.suffix(rules.minimumGood).allSatisfy(kept.contains))
        #expect(points.filter { $0.pin != nil || $0.fault != nil }.allSatisfy(kept.contains))
        if let newest = points.max(by: { $0.counter < $1.counter }) { #expect(kept.contains(newest)) }
        let more = RetentionRules(
            last: rules.last, days: rules.days, periods: rules.periods.map { ($0.period, $0.count) } + [(.yearly, 3)],
            minimumGood: rules.minimumGood + 1)
        let keptByMore = Set(RetentionPlan(points, rules: more, now: Self.now).decisions.filter(\.isKept).map(\.point))
        #expect(kept.isSubset(of: keptByMore))
        // What is left is decided the same again: a second run removes nothing.
        if hasClock { #expect(RetentionPlan(Array(kept), rules: rules, now: Self.now).removed.isEmpty) }
    }

    /// - Parameter hasClock: whether the clock is right all the time.
    private func history(_ random: inout SplitMix, hasClock: Bool) -> [RetentionPoint] {
        var points: [RetentionPoint] = []
        var (chain, sequence, days) = (0, 0, Double.random(in: 0...900, using: &random))
        let faulty = Int.random(in: 0..<20, using: &random)
        for counter in 1...Int.random(in: 1...60, using: &random) {
            if Int.random(in: 0..<5, using: &random) == 0 { (chain, sequence) = (chain + 1, 0) }
            let isOff = !hasClock && Int.random(in: 0..<12, using: &random) == 0
            points.append(
                point(
                    counter, days: isOff ? Double.random(in: -900...900, using: &random) : days, chain: "C\(chain)", sequence: sequence,
                    isGood: Int.random(in: 0..<4, using: &random) > 0, pin: Int.random(in: 0..<15, using: &random) == 0 ? "" : nil,
                    fault: chain == faulty ? "damaged" : nil))
            sequence += 1
            days -= Double.random(in: 0...(days / 20), using: &random)
        }
        return points
    }

    private func anyRules(_ random: inout SplitMix) -> RetentionRules {
        RetentionRules(
            last: Bool.random(using: &random) ? Int.random(in: 1...10, using: &random) : nil,
            days: Bool.random(using: &random) ? Int.random(in: 1...100, using: &random) : nil,
            periods: CalendarPeriod.allCases.filter { _ in Bool.random(using: &random) }.map { ($0, 4) },
            minimumGood: Int.random(in: 1...4, using: &random))
    }

    @Test(
        "periods as the calendar has them", arguments: [-14_610, -1, 0, 3, 4, 58, 59, 60, 789, 11_016, 19_782, 20_787, 300_000] as [Int64])
    func periods(day: Int64) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let date = Date(timeIntervalSince1970: Double(day) * Self.day + 3600)
        let parts = calendar.dateComponents([.year, .month, .weekday], from: date)
        #expect(CalendarPeriod.monthly.number(of: day * 86_400) == Int64((parts.year ?? 0) * 12 + (parts.month ?? 0) - 1))
        #expect(CalendarPeriod.yearly.number(of: day * 86_400 + 86_399) == Int64(parts.year ?? 0))
        let isMonday = CalendarPeriod.weekly.number(of: day * 86_400) != CalendarPeriod.weekly.number(of: day * 86_400 - 1)
        #expect(isMonday == (parts.weekday == 2))
    }
}
