import CronSchedule
import Foundation
import JobKit
import Ledger
import SchedulerCore
import Testing

/// `health --watch`, and the two spellings of `health explain`.
@Suite struct HealthWatchTests {
    /// Writes a result as a run would have.
    private static func record(_ state: WireEvent.Check.State, _ value: Double, on bench: Bench) throws {
        try bench.write("probe", "uses: command\nwith: {argv: [\"true\"]}\n")
        var check = WireEvent.Check(name: "disk", state: state)
        check.target = "/"
        check.value = value
        check.unit = "percent"
        let run = try #require(RunID(rawValue: "01KAQZZZ00000000000000000A"))
        var changes = AlertChanges()
        changes.results = [CheckResult(check, of: "probe", run: run, at: .evening(plus: Int64(value)))]
        try bench.record(LedgerChanges(alerts: changes))
    }

    private static func words(_ line: String?) -> [Substring] { line?.split(separator: " ") ?? [] }

    @Test func withoutATerminalATableIsPrintedForEachChangeAndInterruptionIsNoFailure() throws {
        let bench = try Bench()
        try Self.record(.ok, 41, on: bench)
        let watch = try Speaker(try BuiltCommand(on: bench).process(["health", "--watch", "--interval", "100ms"]))
        #expect(Self.words(watch.line()).prefix(3) == ["STATE", "JOB", "CHECK"])
        #expect(Self.words(watch.line()).prefix(5) == ["ok", "probe", "disk", "/", "41"])
        try Self.record(.critical, 97, on: bench)
        #expect(watch.line() == "", "nothing was printed for what stayed as it was")
        #expect(Self.words(watch.line()).first == "STATE")
        #expect(Self.words(watch.line()).prefix(5) == ["critical", "probe", "disk", "/", "97"])
        watch.interrupt()
        #expect(watch.line() == nil)
        #expect(watch.end() == 0)
    }

    @Test func asJSONOnlyWhatIsNewIsPrinted() throws {
        let bench = try Bench()
        try Self.record(.ok, 41, on: bench)
        let watch = try Speaker(try BuiltCommand(on: bench).process(["health", "--watch", "--json", "--interval=100ms"]))
        #expect(watch.line()?.contains(#""state":"ok""#) == true)
        try Self.record(.warning, 91, on: bench)
        #expect(watch.line()?.contains(#""state":"warning""#) == true)
        watch.terminate()
        #expect(watch.line() == nil)
        #expect(watch.end() == 0)
    }

    @Test func onATerminalItIsDrawnInPlace() throws {
        let bench = try Bench()
        try Self.record(.ok, 41, on: bench)
        let process = try BuiltCommand(on: bench).process(
            ["health", "--watch", "--interval", "100ms"], environment: ["TERM": "xterm", "NO_COLOR": "1"])
        let text = try Terminal(columns: 80).show(
            process,
            doing: [
                ("41 percent", { try Self.record(.critical, 97, on: bench) }), ("97 percent", { process.interrupt() }),
            ])
        #expect(process.terminationStatus == 0)
        #expect(text.hasPrefix("\u{1b}[2J\u{1b}[HSTATE") && text.split(separator: "\u{1b}[H").count >= 3, "\(text)")
        #expect(text.contains("\u{1b}[K\n\u{1b}[J"))
    }

    @Test(arguments: [
        (["--interval", "5"], "--interval is no span from 100ms to 1h: 5"), (["--interval", "1ms"], "--interval is no span"),
        (["--watch", "--interval", "2h"], "--interval is no span from 100ms to 1h: 2h"),
    ])
    func whatMakesNoSenseIsUsage(_ options: [String], _ words: String) throws {
        let outcome = try BuiltCommand(on: try Bench()).run(["health"] + options)
        #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test(arguments: [
        ["explain", "memory_usage"], ["--explain", "memory_usage"], ["--explain=memory_usage"],
        ["--job", "mine", "--explain", "memory_usage"],
        ["--explain", "memory_usage", "--json"], ["--json", "--explain=memory_usage"], ["--explain"],
    ])
    func bothSpellingsOfExplainLookNow(_ options: [String]) throws {
        let bench = try Bench()
        try bench.write("mine", "uses: health\nwith: {memory_usage: {}}\n")
        let outcome = try BuiltCommand(on: bench).run(["health"] + options)
        // A rate needs a second look: it is unknown, which is a warning.
        #expect(outcome.status == 3, "\(outcome.errors)")
        if options.contains("--json") {
            #expect(Set(try outcome.objects().map { $0["name"] as? String }) == ["memory_usage"])
        } else {
            #expect(outcome.output.hasPrefix("memory_usage of memory: ") && outcome.output.contains("\n  rule: "), "\(outcome.output)")
        }
    }

    @Test func aCheckThatIsNoneIsNamed() throws {
        let bench = try Bench()
        try bench.write("mine", "uses: health\nwith: {memory_usage: {}}\n")
        let outcome = try BuiltCommand(on: bench).run(["health", "--explain", "memry"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("the job has no check memry") && outcome.errors.contains("memory_usage"), "\(outcome.errors)")
    }

    @Test func theHelpNamesBothSpellings() throws {
        let bench = try Bench()
        let help = try BuiltCommand(on: bench).run(["health", "--help"])
        #expect(help.output.contains("health --explain disk_space") && help.output.contains("health explain disk_space"))
        let verbs = try BuiltCommand(on: bench).run(["health", "explain", "--help"])
        #expect(verbs.status == 0 && verbs.output.contains("USAGE: acore-sched health <verb>"), "\(verbs.output)\(verbs.errors)")
    }
}
