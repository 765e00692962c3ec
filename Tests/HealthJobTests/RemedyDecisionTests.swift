import Foundation
import JobKit
import Testing

@testable import HealthJob

/// When a unit is restarted, as a function of what was seen and remembered.
@Suite struct RemedyDecisionTests {
    private let dead = CheckReference("process_health/bot")
    private let port = CheckReference("external_services/bot")

    /// A unit over many runs: each moves the memory on as a run of the job does.
    private struct Desk {
        var remedy: Remedy
        var memory = RemedyMemory()
        var lost: RestartMoment?
        var boot = "one"
        var up = 10_000.0
        var maintenance: [WireFacts.Maintenance]? = []
        var extra: [WireEvent.Check] = []

        init(_ checks: [CheckReference], after: Int = 2, mostPerHour: Int = 5, backoff: Int = 10, longest: Int = 900) {
            remedy = Remedy(
                unit: "bot.service", checks: checks, after: after, mostPerHour: mostPerHour, backoff: .seconds(backoff),
                longestBackoff: .seconds(longest))
        }

        /// A run so many seconds later, in which the checks are in these states.
        mutating func run(_ states: WireEvent.Check.State..., later seconds: Double = 300) -> RemedyAction {
            up += seconds
            let results = zip(remedy.checks, states).map { WireEvent.Check($0.check, $0.target, is: $1) } + extra
            let now = RestartMoment(boot: boot, up: up)
            var all = RemediationMemory(units: [remedy.unit: memory], lost: lost)
            all.prune(to: [remedy], now: now)
            (memory, lost) = (all.units[remedy.unit] ?? RemedyMemory(), all.lost)
            let sight = RemedySight(results: results, maintenance: maintenance, now: now)
            let action = RemedyDecision(remedy: remedy, sight: sight).action(&memory, lost: lost)
            if case .restart = action { memory.note(restartAt: now) }
            return action
        }
    }

    @Test func aCheckThatIsCriticalInEnoughRunsInARowRestartsItsUnit() {
        var desk = Desk([dead])
        #expect(desk.run(.ok) == .rest)
        #expect(desk.run(.critical) == .count("process_health of bot is critical, in 1 of 2 runs up to now"))
        #expect(desk.run(.warning) == .rest, "a warning ends the count")
        #expect(desk.run(.critical) == .count("process_health of bot is critical, in 1 of 2 runs up to now"))
        #expect(desk.run(.critical) == .restart(cause: "process_health of bot was critical in 2 runs in a row"))
        #expect(desk.run(.critical) == .count("process_health of bot is critical, in 1 of 2 runs up to now"), "counts begin anew")
    }

    @Test func eachCheckIsCountedByItself() {
        var desk = Desk([dead, port])
        _ = desk.run(.critical, .ok)
        #expect(desk.run(.ok, .critical) == .count("external_services of bot is critical, in 1 of 2 runs up to now"))
        #expect(desk.run(.critical, .critical) == .restart(cause: "external_services of bot was critical in 2 runs in a row"))
    }

    @Test func unknownNeitherCountsNorEndsTheCount() {
        var desk = Desk([dead])
        _ = desk.run(.critical)
        #expect(
            desk.run(.unknown)
                == .count("process_health of bot is unknown just now and was critical in 1 of 2 runs: that stands for 9 more such runs"))
        #expect(desk.run(.unknown) != .rest)
        #expect(desk.run(.critical) == .restart(cause: "process_health of bot was critical in 2 runs in a row"))
        #expect(desk.memory.restarts.count == 1)
    }

    @Test func unknownForLongEndsTheCount() {
        var desk = Desk([dead], after: 1)
        desk.memory.counts = [dead.text: .init(critical: 1)]
        for run in 1...RemedyDecision.patience { #expect(desk.run(.unknown) != .rest, "run \(run)") }
        #expect(desk.run(.unknown) == .rest)
        #expect(desk.memory.counts.isEmpty && desk.memory.restarts.isEmpty, "and never restarts anything")
    }

    @Test func aCheckThatGaveNoResultIsUnknown() {
        var desk = Desk([dead], after: 1)
        #expect(desk.run() == .rest)
        #expect(CheckReference("process_health").word(in: []) == .unknown)
    }

    @Test(
        "of a check without a target the worst counts",
        arguments: [
            ([.ok, .warning], .well), ([.ok, .unknown], .unknown), ([.unknown, .critical], .critical), ([.ok], .well), ([], .unknown),
        ] as [([WireEvent.Check.State], CheckWord)])
    func worst(_ states: [WireEvent.Check.State], _ word: CheckWord) {
        let results = states.enumerated().map { WireEvent.Check("inodes", "/\($0.offset)", is: $0.element) }
        #expect(CheckReference("inodes").word(in: results + [WireEvent.Check("other", is: .critical)]) == word)
    }

    @Test func aTargetMayHaveSlashes() {
        let reference = CheckReference("disk_space//srv/a")
        #expect(reference.check == "disk_space" && reference.target == "/srv/a" && reference.text == "disk_space//srv/a")
    }

    @Test func eachRestartDoublesThePauseUpToItsMost() {
        var desk = Desk([dead], after: 1, mostPerHour: 60, backoff: 10, longest: 60)
        var pauses: [Int] = []
        var since = 0
        for _ in 0..<400 {
            since += 1
            if case .restart = desk.run(.critical, later: 1) {
                pauses.append(since)
                since = 0
            }
        }
        #expect(pauses == [1, 10, 20, 40, 60, 60, 60, 60, 60])
    }

    @Test(arguments: [(0, 0.0), (1, 10), (2, 20), (7, 640), (8, 900), (1_000_000, 900)])
    func pauses(_ restarts: Int, _ seconds: Double) {
        #expect(Desk([dead]).remedy.pause(after: restarts) == seconds)
    }

    @Test func theHourlyCapHoldsAndTellsWhenTheNextMayBe() {
        var desk = Desk([dead], after: 1)
        for _ in 0..<5 { #expect(desk.run(.critical, later: 200) == .restart(cause: "process_health of bot was critical in this run")) }
        #expect(desk.run(.critical, later: 200) == .hold(.cap(restarts: 5, wait: 2600)))
        #expect(desk.run(.critical, later: 2599) == .hold(.cap(restarts: 5, wait: 1)))
        #expect(desk.run(.critical, later: 1) == .restart(cause: "process_health of bot was critical in 3 runs in a row"))
    }

    @Test func oneThatDiesAgainAndAgainIsNotWellBetweenRestarts() {
        var desk = Desk([dead], after: 1, mostPerHour: 60)
        for _ in 0..<4 {
            #expect(desk.run(.critical, later: 100) != .rest)
            #expect(desk.run(.ok, later: 1) == .rest)
        }
        #expect(desk.memory.inARow == 4)
        #expect(desk.run(.critical, later: 30) == .hold(.backoff(wait: 49)), "80 s after the fourth one")
        for _ in 0..<12 { #expect(desk.run(.ok, later: 300) == .rest) }
        #expect(desk.memory.inARow == 0, "an hour without any restart, and well")
        _ = desk.run(.critical, later: 300)
        #expect(desk.memory.inARow == 1)
    }

    @Test func maintenanceOfTheUnitHoldsAndEndsAllCounts() throws {
        var desk = Desk([dead])
        let until = Date(timeIntervalSince1970: 1_800_000_000)
        _ = desk.run(.critical)
        desk.maintenance = [.init(unit: "other.service", until: until, run: "01A")]
        #expect(desk.run(.ok) == .rest, "that of another unit does not count")
        _ = desk.run(.critical)
        for unit in ["bot.service", "bot"] {
            desk.maintenance = [.init(unit: unit, until: until, run: "01U")]
            #expect(desk.run(.critical) == .hold(.maintenance(run: "01U", until: until)))
            #expect(desk.run(.critical) == .hold(.maintenance(run: "01U", until: until)))
        }
        desk.maintenance = []
        #expect(desk.run(.critical) == .count("process_health of bot is critical, in 1 of 2 runs up to now"))
    }

    @Test func withoutFactsNothingIsRestartedOrCounted() {
        var desk = Desk([dead])
        _ = desk.run(.critical)
        desk.maintenance = nil
        for _ in 0..<5 { #expect(desk.run(.critical) == .hold(.maintenanceUnknown)) }
        #expect(desk.memory.counts == [dead.text: .init(critical: 1)])
        desk.maintenance = []
        #expect(desk.run(.critical) == .restart(cause: "process_health of bot was critical in 2 runs in a row"))
        desk.maintenance = nil
        #expect(desk.run(.ok) == .rest, "who is well needs no facts")
    }

    @Test func oneThatNeedsAUnitThatIsDownIsLeftAlone() {
        var desk = Desk([dead], after: 1)
        desk.extra = [
            WireEvent.Check("service_dependencies", "bot.service", unknown: "suppressed", inputs: ["suppressed_by": "ollama.service"])
        ]
        #expect(desk.run(.critical) == .hold(.parent("ollama.service")))
        desk.extra = []
        #expect(desk.run(.critical) == .restart(cause: "process_health of bot was critical in this run"))
        var child = Desk([CheckReference("service_dependencies/bot.service")], after: 1)
        child.extra = [
            WireEvent.Check("service_dependencies", "bot.service", unknown: "suppressed", inputs: ["suppressed_by": "ollama.service"])
        ]
        #expect(child.run() == .rest)
    }

    @Test func anotherBootNeitherLiftsTheCapNorBlocksForLongerThanAnHour() {
        var desk = Desk([dead], after: 1, mostPerHour: 2)
        _ = desk.run(.critical, later: 100)
        _ = desk.run(.critical, later: 100)
        (desk.boot, desk.up) = ("two", 20)
        #expect(desk.run(.critical, later: 10) == .hold(.cap(restarts: 2, wait: 3570)), "they are as old as the boot at least")
        #expect(desk.run(.critical, later: 3570) == .restart(cause: "process_health of bot was critical in 2 runs in a row"))
    }

    @Test func aMemoryThatIsLostHoldsForAnHour() {
        var desk = Desk([dead], after: 1)
        desk.lost = RestartMoment(boot: "one", up: 10_000)
        #expect(desk.run(.critical, later: 600) == .hold(.lost(wait: 3000)))
        #expect(desk.run(.critical, later: 3000) == .restart(cause: "process_health of bot was critical in 2 runs in a row"))
    }

    @Test func aUnitThatIsTakenOutAndPutInAgainKeepsItsRestarts() {
        let now = RestartMoment(boot: "one", up: 5000)
        var memory = RemediationMemory(units: [
            "new.service": RemedyMemory(restarts: [RestartMoment(boot: "one", up: 1401)], inARow: 1),
            "old.service": RemedyMemory(restarts: [RestartMoment(boot: "one", up: 1400)], inARow: 1),
        ])
        memory.prune(to: [], now: now)
        #expect(memory.units.keys.sorted() == ["new.service"])
    }

    /// Whatever comes in whatever order: never on unknown, never without facts or under maintenance, never more than allowed in any hour, never too near.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func holdsInEveryHistory(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func dice(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let most = 1 + dice(6)
        var desk = Desk([dead, port], after: 1 + dice(3), mostPerHour: most, backoff: 1 + dice(20), longest: 30 + dice(900))
        var restarts: [Double] = []
        for _ in 0..<2000 {
            let states: [WireEvent.Check.State] = [.ok, .warning, .critical, .critical, .critical, .critical, .unknown]
            let (first, second) = (states[dice(7)], states[dice(7)])
            let mark = WireFacts.Maintenance(unit: "bot.service", until: Date(timeIntervalSince1970: 0), run: "R")
            desk.maintenance = [[], [], [], [], nil, [mark]][dice(6)]
            guard case .restart = desk.run(first, second, later: Double(1 + dice(120))) else { continue }
            #expect(first == .critical || second == .critical)
            #expect(desk.maintenance == [])
            if let last = restarts.last { #expect(desk.up - last >= desk.remedy.backoff.inSeconds) }
            restarts.append(desk.up)
            #expect(restarts.count { desk.up - $0 < 3600 } <= most)
        }
        #expect(!restarts.isEmpty)
    }
}
