import CronSchedule
import Foundation
import JobKit
import Ledger
import SchedulerCore
import Testing

/// What `health` makes of results that nobody renewed, and what it says to who runs plugins.
@Suite struct HealthStalenessTests {
    /// Of a year ago, whenever that is read.
    private static let longAgo = Instant(milliseconds: 1_735_689_600_000)
    /// Further ahead than anybody reads this.
    private static let ahead = Instant(milliseconds: 7_258_118_400_000)

    private static func bench(_ results: [(job: String, state: WireEvent.Check.State, at: Instant)]) throws -> Bench {
        let bench = try Bench()
        try bench.write("probe", "uses: command\nschedule: \"*/5 * * * *\"\nwith: {argv: [\"true\"]}\n")
        try bench.write("off", "uses: command\nenabled: false\nschedule: \"*/5 * * * *\"\nwith: {argv: [\"true\"]}\n")
        try bench.write("hand", "uses: command\nwith: {argv: [\"true\"]}\n")
        let run = try #require(RunID(rawValue: "01KAQZZZ00000000000000000A"))
        var changes = AlertChanges()
        changes.results = results.map { job, state, at in
            var check = WireEvent.Check(name: "disk", state: state)
            check.target = "/"
            check.value = 41
            return CheckResult(check, of: job, run: run, at: at)
        }
        try bench.record(LedgerChanges(alerts: changes))
        return bench
    }

    @Test(arguments: [[], ["--json"], ["--nagios"]])
    func aResultThatItsJobDidNotRenewIsUnknown(_ options: [String]) throws {
        let bench = try Self.bench([("probe", .ok, Self.longAgo)])
        let outcome = try BuiltCommand(on: bench).run(["health"] + options)
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
        let line = "HEALTH UNKNOWN - 1 of probe stale (last result "
        switch options.first {
        case "--json":
            let object = try #require(try outcome.objects().first)
            #expect(object["state"] as? String == "unknown" && object["stale"] as? Bool == true, "\(object)")
            let reason = "was ok; nothing came of the last slots of probe: see acore-sched explain probe"
            #expect(object["reason"] as? String == reason, "\(object)")
        case "--nagios":
            #expect(outcome.output.hasPrefix(line), "\(outcome.output)")
            #expect(outcome.output.contains(" d ago; nothing came of the last slots of probe: see acore-sched explain probe)"))
            #expect(!outcome.output.contains("|"), "an old value is drawn as one of today")
        default:
            let words = outcome.output.split(separator: "\n").last?.split(separator: " ") ?? []
            #expect(words.prefix(4) == ["stale", "probe", "disk", "/"], "\(outcome.output)")
            #expect(outcome.output.contains(" d ago"), "\(outcome.output)")
        }
    }

    @Test func whatIsStaleHidesNothingThatIsWorse() throws {
        let bench = try Self.bench([("probe", .warning, Self.ahead), ("off", .critical, Self.longAgo)])
        let outcome = try BuiltCommand(on: bench).run(["health", "--nagios"])
        #expect(outcome.status == 1)
        #expect(outcome.output.hasPrefix("HEALTH WARNING - disk / warning, 1 of off stale (last result "), "\(outcome.output)")
        #expect(outcome.output.contains("off is disabled: see acore-sched explain off) | 'probe/disk//'=41"), "\(outcome.output)")
    }

    @Test func aFreshResultCountsAndThatOfAJobThatIsGoneDoesNot() throws {
        let bench = try Self.bench([("probe", .ok, Self.ahead), ("gone", .critical, Self.ahead), ("hand", .critical, Self.longAgo)])
        let outcome = try BuiltCommand(on: bench).run(["health", "--nagios"])
        #expect(outcome.status == 0 && outcome.output.hasPrefix("HEALTH OK - 1 checks | "), "\(outcome.output)")
    }

    @Test func aJobThatIsNoneIsNotFound() throws {
        let bench = try Self.bench([])
        let outcome = try BuiltCommand(on: bench).run(["health", "--job", "prob"])
        #expect(outcome.status == 4 && outcome.errors.contains("fix: did you mean probe?"), "\(outcome.errors)")
    }

    /// Whoever runs plugins takes 2 for critical.
    @Test(arguments: [
        (["--job", "prob"], "there is no job named prob in "), (["--nope"], "Unknown option '--nope'"),
        (["--json"], "--json and --nagios exclude each other"), (["--watch"], "--watch and --nagios exclude each other"),
        (["--job"], "Missing value for '--job <job>'"),
        (["--jobs-dir", "/nowhere/at/all"], "/nowhere/at/all: the folder cannot be read"),
    ])
    func aPluginThatCannotTellSaysSo(_ options: [String], _ words: String) throws {
        let outcome = try BuiltCommand(on: try Self.bench([])).run(["health", "--nagios"] + options)
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.hasPrefix("HEALTH UNKNOWN - ") && outcome.output.contains(words), "\(outcome.output)")
        #expect(outcome.output.filter(\.isNewline).count == 1)
    }
}
