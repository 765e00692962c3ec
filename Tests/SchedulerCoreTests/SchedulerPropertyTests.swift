import CronSchedule
import Foundation
import JobKit
import Testing

@testable import SchedulerCore

/// Worlds that go through random disturbances; whatever happens, no slot vanishes, doubles, or is slept past.
@Suite struct SchedulerPropertyTests {
    /// The same worlds each time; SCHEDULER_SEED explores others.
    private static let standardSeed: UInt64 = 20_270_115

    static let schedules = [
        "* * * * *", "*/10 * * * *", "*/7 * * * *", "0 * * * *", "30 2 * * *", "15 */2 * * *", "0 0-23 * * *", "5,35 8-17 * * *",
        "0 12 * * *",
    ]
    static let zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]

    @Test(arguments: 0..<6)
    func noSlotVanishesWhateverHappens(_ number: Int) throws {
        let text = ProcessInfo.processInfo.environment["SCHEDULER_SEED"]
        let seed = text.flatMap(UInt64.init) ?? Self.standardSeed
        var random = SplitMix(state: seed &+ UInt64(number) &* 1_000_003)
        var story: [String] = ["SCHEDULER_SEED=\(seed), world \(number)"]
        // Around a change of the clocks in Berlin and New York.
        let start = try #require(Instant(iso8601: number % 2 == 0 ? "2027-10-30T20:00:00Z" : "2027-03-27T20:00:00Z"))
        let world = World(at: start, seed: seed)
        world.limits = .init(runs: 8, catchUps: 2, groups: ["net": 2])
        for index in 0..<20 { try Self.writeJob("j\(index)", in: world, random: &random) }
        world.behaviour = { run in Self.fate(of: run) }
        world.refusesStart = { run in Self.draw(run, of: 29) == 0 }
        world.start()
        for step in 0..<50 {
            story.append("\(step): \(try Self.disturb(world, random: &random))")
            try world.checkAlarm()
            let broken = world.violations + world.ledger.violations
            guard broken.isEmpty else {
                Issue.record("\(broken)\n\(story.joined(separator: "\n"))")
                return
            }
        }
        let findings = try world.findings()
        #expect(findings.isEmpty, "\(findings.prefix(10))\n\(story.joined(separator: "\n"))")
        try expectAllRunsToEnd(world, story: story)
    }

    private func expectAllRunsToEnd(_ world: World, story: [String]) throws {
        world.death = nil
        if world.scheduler == nil { world.start() }
        for name in world.jobs.keys {
            guard let job = world.jobs[name] else { continue }
            var definition = job.definition
            definition.enabled = false
            definition.after = []
            world.jobs[name] = ScheduledJob(definition: definition, timetable: job.timetable)
        }
        world.load()
        world.run(.seconds(30 * 86_400))
        let open = world.ledger.runs.values.filter { !$0.state.isEnded }
        #expect(open.isEmpty, "\(open.map { "\($0.job) \($0.state)" })\n\(story.joined(separator: "\n"))")
        #expect(world.scheduler?.open.isEmpty == true)
        #expect(world.scheduler?.nextAlarm == nil, "nobody is woken when nothing is due")
        #expect(world.violations + world.ledger.violations + world.ledger.falseRuns == [])
    }

    private static func writeJob(_ name: String, in world: World, random: inout SplitMix) throws {
        let count = Int.random(in: 0..<8, using: &random) == 0 ? 2 : 1
        var texts = (0..<count).map { _ in schedules[Int.random(in: 0..<schedules.count, using: &random)] }
        if Int.random(in: 0..<8, using: &random) == 0 { texts = ["@every \(Int.random(in: 3..<90, using: &random))m"] }
        if Int.random(in: 0..<10, using: &random) == 0 { texts = [] }
        if Int.random(in: 0..<10, using: &random) == 0 { texts.append("@reboot") }
        let others = world.jobs.keys.sorted().filter { $0 < name && world.jobs[$0]?.definition.after.isEmpty == true }
        let after = Int.random(in: 0..<5, using: &random) == 0 ? others.randomElement(using: &random) : nil
        var own = SplitMix(state: StableHash.of(name))
        let stable = SplitMixDraw(random: &own)
        let drawn = SplitMixDraw(random: &random)
        try world.write(texts, name: name, zone: zones[Int.random(in: 0..<zones.count, using: &random)]) {
            // The oracle takes these as given for a job's whole life.
            $0.overlap = stable.overlap
            $0.timing.jitter = stable.jitter
            $0.group = stable.group
            $0.catchUp = drawn.catchUp
            $0.retry = drawn.retry
            $0.after = after.map { [$0] } ?? []
        }
    }

    private static func fate(of run: Run) -> (Duration, World.Process.Fate) {
        let length: [Duration] = [.seconds(1), .seconds(20), .seconds(90), .seconds(700), .seconds(4000)]
        let fates: [World.Process.Fate] = [.exits(0), .exits(0), .exits(0), .exits(1), .ends(.timedOut), .ends(.vanished)]
        return (length[draw(run, of: length.count)], fates[draw(run, of: fates.count)])
    }

    /// A number that belongs to a run and its attempt.
    private static func draw(_ run: Run, of count: Int) -> Int {
        Int(StableHash.of("\(run.id) \(run.attempt) \(count)") % UInt64(count))
    }

    private static func disturb(_ world: World, random: inout SplitMix) throws -> String {
        if world.scheduler == nil { return restart(world, random: &random) }
        let name = world.jobs.keys.sorted().randomElement(using: &random) ?? "j0"
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<7: return run(world, random: &random)
        case 7: return stall(world, random: &random)
        case 8, 9: return step(world, random: &random)
        case 10, 11:
            world.kill()
            return "kill"
        case 12:
            world.death = Bool.random(using: &random) ? .beforeCommit : .betweenCommitAndStarts
            return "will die \(String(describing: world.death))"
        case 13:
            try writeJob("j\(Int.random(in: 0..<24, using: &random))", in: world, random: &random)
            world.load()
            return "files changed"
        case 14:
            world.jobs[name] = nil
            world.load()
            return "\(name) removed"
        case 15: return toggle(name, in: world)
        case 16:
            let end = world.wall.moved(by: .seconds(Int.random(in: 60..<20_000, using: &random)))
            try world.change { scheduler in
                try scheduler.definition(of: name) == nil ? SchedulerActions() : scheduler.pause(name, until: end, now: world.wall)
            }
            return "pause \(name)"
        case 17:
            try world.change { scheduler in
                try scheduler.definition(of: name) == nil ? SchedulerActions() : scheduler.resume(name, now: world.wall)
            }
            return "resume \(name)"
        case 18: return requestRun(of: name, in: world)
        default:
            guard let id = world.scheduler?.open.keys.sorted().randomElement(using: &random) else { return "nothing to cancel" }
            world.change { $0.cancel(id, now: world.wall) }
            return "cancel \(id)"
        }
    }

    private static func restart(_ world: World, random: inout SplitMix) -> String {
        let span = Duration.seconds(Int.random(in: 0..<9000, using: &random))
        world.stall(span)
        var words = "down for \(span)"
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            world.setClockUnseen(by: .seconds(Int.random(in: -20_000..<20_000, using: &random)))
            words += ", clock set to \(world.wall)"
        case 1:
            world.reboot()
            words += ", rebooted"
        case 2:
            world.start(dies: Bool.random(using: &random) ? .beforeCommit : .betweenCommitAndStarts)
            words += ", a start that died"
        default: break
        }
        world.start()
        return words
    }

    private static func run(_ world: World, random: inout SplitMix) -> String {
        let span = Duration.seconds(Int.random(in: 1..<3000, using: &random))
        world.run(span)
        return "run \(span)"
    }

    private static func stall(_ world: World, random: inout SplitMix) -> String {
        let span = Duration.seconds(Int.random(in: 1..<9000, using: &random))
        world.stall(span)
        world.pass()
        return "stall \(span)"
    }

    private static func step(_ world: World, random: inout SplitMix) -> String {
        let sizes = [1, 30, 600, 3600, 3 * 3600, 12 * 3600, 86_400]
        let size = sizes[Int.random(in: 0..<sizes.count, using: &random)] * (Bool.random(using: &random) ? 1 : -1)
        if Int.random(in: 0..<4, using: &random) == 0 { world.stall(.seconds(Int.random(in: 1..<4000, using: &random))) }
        world.setClock(by: .seconds(size))
        return "step \(size), now \(world.wall)"
    }

    private static func toggle(_ name: String, in world: World) -> String {
        guard let job = world.jobs[name] else { return "no \(name)" }
        var definition = job.definition
        definition.enabled.toggle()
        world.jobs[name] = ScheduledJob(definition: definition, timetable: job.timetable)
        world.load()
        return "\(name) enabled: \(definition.enabled)"
    }

    private static func requestRun(of name: String, in world: World) -> String {
        do {
            try world.change { try $0.requestRun(name, dryRun: false, now: world.wall).actions }
            return "run \(name) by hand"
        } catch {
            return "\(name) refused: \(error)"
        }
    }
}

/// The keys of a random job.
private struct SplitMixDraw {
    var overlap: OverlapPolicy
    var jitter: Duration
    var group: String?
    var catchUp: CatchUpPolicy
    var retry: RetryPolicy

    init(random: inout SplitMix) {
        overlap = OverlapPolicy.allCases[Int.random(in: 0..<4, using: &random)]
        jitter = Bool.random(using: &random) ? .zero : .seconds(Int.random(in: 1..<900, using: &random))
        group = [nil, nil, nil, "disk", "net"][Int.random(in: 0..<5, using: &random)]
        catchUp = CatchUpPolicy(
            mode: CatchUpPolicy.Mode.allCases[Int.random(in: 0..<3, using: &random)], max: Int.random(in: 1..<6, using: &random),
            deadline: .seconds(Int.random(in: 60..<40_000, using: &random)))
        retry = RetryPolicy(attempts: Int.random(in: 1..<4, using: &random), initial: .seconds(Int.random(in: 1..<600, using: &random)))
    }
}
