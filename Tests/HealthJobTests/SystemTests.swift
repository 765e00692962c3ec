import Foundation
import JobKit
import Testing

@testable import HealthJob

/// Processor, load and memory.
@Suite struct SystemTests {
    private let site: Site

    init() throws {
        site = try Site()
        try site.write("proc/loadavg", "3.00 2.50 1.25 2/345 6789\n")
        try site.write(
            "proc/meminfo", "MemTotal:       1000 kB\nMemFree:         10 kB\nMemAvailable:    150 kB\nSwapTotal: 100 kB\nSwapFree: 40 kB\n"
        )
        try site.write("proc/self/mountinfo", "")
        try times("100 0 50 800 50 0 0 0")
    }

    private func times(_ text: String) throws { try site.write("proc/stat", "cpu  \(text) 7 7\ncpu0 1 2 3\ncpu1 1 2 3\nintr 5\n") }

    private func look(
        _ settings: String = "{}", at moment: Double = 1000, boot: String = "one", keeping memory: inout SampleLine<CPUTimes>?
    ) throws
        -> [WireEvent.Check]
    {
        try check(SystemResources.self, settings).look(site.scene(at: moment, boot: boot), memory: &memory)
    }

    @Test func theProcessorsShareIsTheDifferenceOfTwoLooks() throws {
        var memory: SampleLine<CPUTimes>?
        let first = try look(keeping: &memory)["cpu"]
        #expect(first.state == .unknown)
        #expect(first.reason == "first look: a rate needs a second one, at least 10 s later")
        // 1000 more ticks, of which 150 idle and 50 iowait.
        try times("600 100 200 950 100 20 20 10")
        let second = try look(at: 1010, keeping: &memory)["cpu"]
        #expect(second.told == "warning 80 %", "equal counts as exceeded")
        #expect(second.windowSeconds == 10)
        #expect((second.warning, second.critical) == (80, 90))
        #expect(try second.input("before") == "100 0 50 800 50 0 0 0")
        #expect(try second.input("now") == "600 100 200 950 100 20 20 10")
        #expect(try second.input("difference") == "500 100 150 150 50 20 20 10")
        #expect(try second.input("steal_percent") == "1")
        #expect(try second.input("iowait_percent") == "5")
        #expect(try second.input("cpu_cores") == "2")
    }

    @Test func aCounterThatWentBackDropsTheSample() throws {
        var memory: SampleLine<CPUTimes>?
        _ = try look(keeping: &memory)
        try times("90 0 50 900 50 0 0 0")
        let back = try look(at: 1020, keeping: &memory)["cpu"]
        #expect(back.state == .unknown)
        #expect(back.reason == "user of /proc/stat went backwards: the samples begin anew")
        try times("100 0 50 990 50 0 0 0")
        #expect(try look(at: 1040, keeping: &memory)["cpu"].told == "ok 10 %", "10 of 100 ticks since the sample that went back")
    }

    @Test func waitingTimeThatTheKernelTookBackIsNone() throws {
        var memory: SampleLine<CPUTimes>?
        _ = try look(keeping: &memory)
        try times("150 0 50 850 40 0 0 0")
        #expect(try look(at: 1020, keeping: &memory)["cpu"].told == "ok 50 %")
        try times("150 0 50 500 40 0 0 0")
        #expect(try look(at: 1040, keeping: &memory)["cpu"].reason == "idle of /proc/stat went backwards: the samples begin anew")
    }

    @Test func aSampleOfAnotherBootIsNone() throws {
        var memory: SampleLine<CPUTimes>?
        _ = try look(keeping: &memory)
        try times("900 0 50 801 50 0 0 0")
        let other = try look(at: 2000, boot: "two", keeping: &memory)["cpu"]
        #expect(other.reason == "first look since the machine started: a rate needs a second one, at least 10 s later")
    }

    @Test func theLoadIsForEachProcessor() throws {
        var memory: SampleLine<CPUTimes>?
        let load = try look(#"{"load": {"warning": 1, "critical": 1.5}}"#, keeping: &memory)["load"]
        #expect(load.told == "critical 1.5 per core")
        #expect(try ["load_1", "load_5", "load_15"].map { try load.input($0) } == ["3", "2.5", "1.25"])
    }

    @Test func whatOthersJudgeIsReportedAlone() throws {
        try site.write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 5 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n")
        var memory: SampleLine<CPUTimes>?
        let judged = try look(keeping: &memory)["memory"]
        let reported = try look(#"{"judges": ["cpu"]}"#, keeping: &memory)["memory"]
        #expect(judged.state == .critical && reported.state == .ok)
        #expect(reported.value == judged.value && reported.warning == nil && reported.critical == nil)
        #expect(reported.inputs == judged.inputs, "no field is lost")
        #expect(try look(#"{"judges": ["cpu"]}"#, keeping: &memory).map(\.target) == look(keeping: &memory).map(\.target))
        #expect(
            try findings(SystemResources.self, #"{"judges": ["cpu"], "disk": {"warning": 80}}"#).map(\.problem) == [
                "with.system_resources.disk counts only with disk in judges"
            ])
    }

    @Test func memoryIsWhatProgramsCannotHave() throws {
        var memory: SampleLine<CPUTimes>?
        let result = try look(keeping: &memory)["memory"]
        #expect(result.told == "warning 85 %")
        #expect(try result.input("memory_used_bytes") == String(850 * 1024))
        #expect((result.warning, result.critical) == (85, 92.5))
    }

    @Test func whatCannotBeReadIsUnknownAloneWithItsReason() throws {
        try FileManager.default.removeItem(atPath: site.path + "/proc/stat")
        try site.write("proc/meminfo", "MemTotal: 5 kB\n")
        var memory: SampleLine<CPUTimes>?
        let results = try look(keeping: &memory)
        #expect(try results["cpu"].reason == "\(site.path)/proc/stat cannot be read: No such file or directory")
        #expect(try results["load"].state == .unknown)
        #expect(try results["memory"].reason == "\(site.path)/proc/meminfo cannot be understood: it has no MemTotal and MemAvailable")
        #expect(try results["disk /"].state == .ok || results["disk /"].value != nil)
    }

    /// The machine's own numbers: between two readings of the tool.
    @Test func realMemoryIsThatOfFree() throws {
        let free = { try #require(Int64(try site.shell("free -b | awk '/^Mem:/ {printf \"%.0f\", $2 - $7}'").trimmed)) }
        var readings = [try free()]
        let scene = try site.machine()
        let mine = try #require(Int64(try MemoryUsage.machine("memory_usage", scene, Thresholds()).input("memory_used_bytes")))
        readings.append(try free())
        // What moves between the two readings, and a little more that came and went between them.
        let room: Int64 = 64 << 20
        #expect(mine >= (readings.min() ?? 0) - room && mine <= (readings.max() ?? 0) + room)
        let total = try Int64(site.shell("free -b | awk '/^Mem:/ {print $2}'").trimmed)
        #expect(try Int64(MemoryUsage.machine("memory_usage", scene, Thresholds()).input("memory_total_bytes")) == total)
    }

    @Test func realProcessorTimesLieBetweenTwoReadings() throws {
        let read = { try #require(CPUTimes.read(try String(contentsOfFile: "/proc/stat", encoding: .utf8))) }
        let before = try read()
        var memory: SampleLine<CPUTimes>?
        let results = try check(SystemResources.self).look(try site.machine(), memory: &memory)
        let after = try read()
        let mine = try #require(memory?.kept.first?.sample)
        #expect(try results["cpu"].input("now") == mine.text)
        #expect(try results["cpu"].input("cpu_cores") == String(before.cores))
        for field in [CPUTimes.Field.user, .system, .idle] {
            #expect(mine[field] >= before.times[field] && mine[field] <= after.times[field], "\(field)")
        }
    }
}
