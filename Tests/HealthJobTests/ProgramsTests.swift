import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Programs in the form of monitoring-plugins, Debian's own among them.
@Suite struct ProgramsTests {
    private let site: Site

    init() throws { site = try Site() }

    private func run(_ script: String, timeout: String = "10s") throws -> WireEvent.Check {
        let path = try site.script("program", "#!/bin/sh\n" + script + "\n")
        return try look(#"["\#(path)"]"#, timeout: timeout)
    }

    private func look(_ arguments: String, timeout: String = "10s") throws -> WireEvent.Check {
        let check = try check(Programs.self, #"{"programs": {"it": {"argv": \#(arguments), "timeout": "\#(timeout)"}}}"#)
        var memory: Programs.Memory?
        return try check.look(site.scene(), memory: &memory)["it"]
    }

    @Test(arguments: [
        (0, WireEvent.Check.State.ok, "all well"), (1, .warning, "all well"), (2, .critical, "all well"), (3, .unknown, "all well"),
        (4, .unknown, "all well (exit status 4 has no meaning for such a program)"),
        (127, .unknown, "all well (exit status 127 has no meaning for such a program)"),
    ])
    func exitStatusesAreStates(_ status: Int, _ state: WireEvent.Check.State, _ reason: String) throws {
        let check = try run("echo 'all well | load=0.5;1;2'; exit \(status)")
        #expect(check.state == state)
        #expect(check.reason == reason)
        #expect(try check.input("status") == "\(status)")
        #expect(check.value == 0.5 && check.warning == 1 && check.critical == 2)
    }

    @Test func whoSaysNothingIsHeardOnItsStandardError() throws {
        #expect(try run("echo no such host >&2; exit 2").reason == "no such host")
        #expect(try run("exit 3").reason == "it ended with status 3 and said nothing")
    }

    @Test func argumentsAreNotShown() throws {
        let path = try site.script("program", "#!/bin/sh\nexit 2\n")
        let check = try look(#"["\#(path)", "-p", "hunter2"]"#)
        #expect(try check.input("program") == path)
        #expect(!"\(check)".contains("hunter2"))
    }

    @Test(arguments: ["", " >&2"])
    func whatItRepeatsOfItsPasswordsIsNotShown(_ stream: String) throws {
        let check = try run("echo 'no login with -p 1 --password hunter2 at mysql://bot:hun/ter2@db, 3 of 4 passed'\(stream); exit 2")
        #expect(check.reason == "no login with -p 1 --password *** at mysql://***@db, 3 of 4 passed")
        #expect(!"\(check)".contains("ter2"))
    }

    @Test func whatCannotBeStartedIsUnknown() throws {
        let check = try look(#"["/no/such/program"]"#)
        #expect(check.state == .unknown)
        #expect(check.reason == "/no/such/program cannot be started: No such file or directory")
    }

    @Test func whatASignalEndsIsUnknown() throws { #expect(try run("kill -9 $$").reason?.hasSuffix("was ended by signal 9") == true) }

    @Test func oneThatHangsIsEndedWithAllThatItStarted() throws {
        let check = try run(
            "trap '' TERM\nsh -c 'trap \"\" TERM; echo $$ > \(site.path)/child; while :; do sleep 1; done' &\nwait; wait", timeout: "3s")
        #expect(check.state == .unknown)
        #expect(check.reason?.hasSuffix("had not ended after 3s") == true, "\(check)")
        let child = try #require(pid_t(try site.text("child").trimmed))
        // Its parent may still have to collect it: a zombie does nothing any more.
        let state = try site.shell("sed 's/.*) //' /proc/\(child)/stat 2>/dev/null | cut -c1 || true").trimmed
        #expect(state == "" || state == "Z")
    }

    @Test func whatIsLeftRunningHoldsNobodyUp() throws {
        let start = ContinuousClock.now
        let check = try run("sleep 30 &\necho done")
        #expect(check.state == .ok)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func oneThatWritesWithoutEndIsBounded() throws {
        let check = try run("echo first; exec yes", timeout: "300ms")
        #expect(check.state == .unknown)
        #expect(try check.input("output") == "first")
    }

    @Test func severalRunSideBySide() throws {
        let programs = (0..<8).map { #""p\#($0)": {"argv": ["sleep", "1"]}"# }.joined(separator: ",")
        let check = try check(Programs.self, "{\"programs\": {\(programs)}}")
        var memory: Programs.Memory?
        var results: [WireEvent.Check] = []
        let took = ContinuousClock().measure { results = check.look(site.scene(), memory: &memory) }
        #expect(results.map(\.state) == Array(repeating: .ok, count: 8))
        #expect(took < .seconds(6))
    }

    @Test func numbersOfLaterLinesCountToo() {
        let answer = ProgramAnswer(
            Array(
                "DISK OK - free: 3326 MB | /=2643MB;5948;5958;0;5968\nroot is fine\nboot too | /boot=68MB;88;93;0;98\n/home=69357MB;;\n"
                    .utf8))
        #expect(answer.firstLine == "DISK OK - free: 3326 MB")
        #expect(answer.values.map(\.label) == ["/", "/boot", "/home"])
        #expect(answer.values.map(\.value) == [2643, 68, 69_357])
        #expect(answer.values[0].unit == "MB" && answer.values[0].most == 5968 && answer.values[2].warning == nil)
    }

    @Test func labelsMayHaveBlanksAndQuotes() {
        let values = PerformanceValue.all(in: "'a b'=1s 'it''s'=2%;3 plain=U nonsense =4 'open=5 x=y z=-1.5e;;")
        #expect(values.map(\.label) == ["a b", "it's", "plain", "z"])
        #expect(values.map(\.value) == [1, 2, nil, -1.5])
        #expect(values.map(\.unit) == ["s", "%", "", "e"])
    }

    @Test func aCommaIsADecimalMarkAndWhatIsUnclearIsNotKnown() {
        let values = PerformanceValue.all(in: "time=0,5s;1,5;2,5:3,5;0,0;10,0 sum=1.234,5B;10 list=1,2,3 plain=7")
        #expect(values.map(\.label) == ["time", "sum", "list", "plain"], "none is lost")
        #expect(values.map(\.value) == [0.5, nil, nil, 7])
        #expect(
            values[0].unit == "s" && values[0].warning?.end == 1.5 && values[0].critical?.start == 2.5 && values[0].least == 0
                && values[0].most == 10)
        #expect(values[1].unit == "" && values[1].alarm == nil)
    }

    @Test func aNumberMayHaveAnExponent() {
        let values = PerformanceValue.all(in: "a=1e-05s;1E2 b=2.5E+3B c=3e d=1e400 e=-4e1")
        #expect(values.map(\.value) == [1e-5, 2500, 3, nil, -40])
        #expect(values.map(\.unit) == ["s", "B", "e", "", ""])
        #expect(values[0].warning?.end == 100)
    }

    @Test(arguments: [
        ("12345678901234B", "12345678901234B"), ("99999999999999.5", "99999999999999.5"), ("-98765432109876.5", "-98765432109876.5"),
        (String(repeating: "9", count: 400), "U"), ("1e18c", "1e+18c"),
    ])
    func aNumberMayBeOfAnySize(_ written: String, _ shown: String) throws {
        let check = try run("echo 'OK | x=\(written)'")
        #expect(check.state == .ok)
        #expect(try check.input("perf_x") == shown)
        // What cannot be written would be lost with its state.
        #expect(throws: Never.self) { try WireCoding.encoder().encode(check) }
    }

    @Test func thereIsABoundOfNumbers() {
        let text = (0..<500).map { "v\($0)=\($0)" }.joined(separator: " ")
        #expect(PerformanceValue.all(in: text).count == PerformanceValue.bound)
    }

    struct Range: Sendable {
        let text: String
        let quiet: [Double]
        let alarm: [Double]
    }

    /// The table of the guidelines of monitoring-plugins, and the ends.
    @Test(arguments: [
        Range(text: "10", quiet: [0, 10, 5], alarm: [-1, 10.1]), Range(text: "10:", quiet: [10, 1e9], alarm: [9.9, -1]),
        Range(text: "~:10", quiet: [-1e9, 10], alarm: [10.1]), Range(text: "10:20", quiet: [10, 20], alarm: [9.9, 20.1]),
        Range(text: "@10:20", quiet: [9.9, 20.1], alarm: [10, 15, 20]), Range(text: "@5:", quiet: [4.9], alarm: [5, 1e9]),
        Range(text: "~:3", quiet: [3, -7], alarm: [3.1]), Range(text: ":3", quiet: [0, 3], alarm: [-0.1, 3.1]),
    ])
    func rangesMeanWhatTheGuidelinesSay(_ range: Range) throws {
        let threshold = try #require(ThresholdRange(range.text))
        #expect(range.quiet.filter(threshold.isAlarm) == [])
        #expect(range.alarm.filter { !threshold.isAlarm(for: $0) } == [])
    }

    @Test(arguments: ["", "x", "20:10", "1:2:3", "@", "~", "nan"])
    func whatIsNoRangeIsNone(_ text: String) { #expect(ThresholdRange(text) == nil) }

    @Test(
        .enabled(
            if: LocalServer.obstacle("/usr/lib/nagios/plugins/check_load") == nil,
            "needs monitoring-plugins-basic: deployment/scripts/setup test"))
    func debiansProgramsAreUnderstood() throws {
        let folder = "/usr/lib/nagios/plugins"
        let load = try look(#"["\#(folder)/check_load", "-w", "10000,10000,10000", "-c", "20000,20000,20000"]"#)
        #expect(load.state == .ok, "\(load)")
        #expect(load.warning == 10_000 && load.critical == 20_000)
        #expect(load.inputs?["perf_load15"] != nil)
        let dummy = try look(#"["\#(folder)/check_dummy", "2", "as was asked"]"#)
        #expect(dummy.state == .critical && dummy.reason == "CRITICAL: as was asked")
        let file = try look(#"["\#(folder)/check_file_age", "-f", "/no/such/file"]"#)
        #expect(file.state == .critical)
        let disk = try look(#"["\#(folder)/check_disk", "-w", "1", "-c", "0", "-p", "/tmp"]"#)
        #expect(disk.inputs?.keys.contains { $0.hasPrefix("perf_/") } == true, "\(disk)")
        let usage = try look(#"["\#(folder)/check_load", "-w", "nonsense"]"#)
        #expect(usage.state == .unknown)
    }

    @Test(arguments: [
        ("{}", "with.programs names no program"), (#"{"programs": {"a": {}}}"#, "with.programs.programs.a names no program"),
        (#"{"programs": {"a": {"argv": [""]}}}"#, "with.programs.programs.a names no program"),
    ])
    func settingsThatCannotBeMeantAreRefused(_ settings: String, _ problem: String) throws {
        #expect(try findings(Programs.self, settings).contains { $0.problem == problem })
    }
}
