import Foundation
import JobKit
import Testing

@testable import HealthJob

/// Swapping, the limits of control groups, kills for want of memory.
@Suite struct MemoryUsageTests {
    private let site: Site

    init() throws {
        site = try Site()
        try site.write("proc/meminfo", "MemTotal: 1000 kB\nMemAvailable: 800 kB\n")
        try site.write("proc/vmstat", "nr_free_pages 5\npswpin 100\npswpout 200\noom_kill 3\n")
        try site.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
        try site.write("proc/self/cgroup", "0::/system.slice/acore-sched.service/runs/01RUN/work\n")
    }

    private func look(_ settings: String = "{}", at moment: Double = 1000, keeping memory: inout SampleLine<MemoryUsage.Sample>?) throws
        -> [WireEvent.Check]
    {
        try check(MemoryUsage.self, settings).look(site.scene(at: moment), memory: &memory)
    }

    private func group(_ name: String, max: String, current: Int, inactive: Int, kills: Int = 0) throws {
        let folder = "sys/fs/cgroup/\(name)"
        try site.write("\(folder)/memory.max", max + "\n")
        try site.write("\(folder)/memory.current", "\(current)\n")
        try site.write("\(folder)/memory.stat", "anon 5\ninactive_file \(inactive)\nfile 7\n")
        try site.write("\(folder)/memory.events", "low 0\nhigh 0\nmax 4\noom 1\noom_kill \(kills)\n")
    }

    @Test func swappingIsARate() throws {
        var memory: SampleLine<MemoryUsage.Sample>?
        #expect(try look(keeping: &memory)["swap"].state == .unknown)
        try site.write("proc/vmstat", "pswpin 700\npswpout 600\noom_kill 3\n")
        let swap = try look(#"{"swap": {"warning": 50}}"#, at: 1020, keeping: &memory)["swap"]
        #expect(swap.told == "warning 50 pages/s", "600 in and 400 out in 20 s")
        #expect(swap.critical == nil, "a rate has no room left above it")
        try site.write("proc/vmstat", "pswpin 0\npswpout 600\noom_kill 3\n")
        #expect(
            try look(at: 1040, keeping: &memory)["swap"].reason
                == "pswpin or pswpout of /proc/vmstat went backwards: the samples begin anew")
    }

    @Test func aKillForWantOfMemoryIsCriticalAtOnce() throws {
        var memory: SampleLine<MemoryUsage.Sample>?
        #expect(try look(keeping: &memory)["oom_kills"].state == .unknown)
        #expect(try look(at: 1010, keeping: &memory)["oom_kills"].told == "ok 0 kills")
        try site.write("proc/vmstat", "pswpin 100\npswpout 200\noom_kill 4\n")
        let result = try look(at: 1040, keeping: &memory)["oom_kills"]
        #expect(result.told == "critical 1 kills")
        #expect(result.reason == "1 process was killed for want of memory in the last 30 s")
        #expect(try result.input("oom_kill_before") == "3")
        #expect(try look(at: 1060, keeping: &memory)["oom_kills"].told == "ok 0 kills")
    }

    @Test func theSmallestLimitAboveTheServiceCounts() throws {
        try group("system.slice/acore-sched.service/runs/01RUN/work", max: "10", current: 9, inactive: 0)
        try group("system.slice/acore-sched.service", max: "max", current: 500, inactive: 100)
        try group("system.slice", max: "1000", current: 950, inactive: 100)
        var memory: SampleLine<MemoryUsage.Sample>?
        let result = try look(keeping: &memory)["limit"]
        #expect(result.told == "warning 85 %", "(950 - 100) / 1000; the run's own limit is not meant")
        #expect(try result.input("cgroup") == "\(site.path)/sys/fs/cgroup/system.slice")
        #expect(try result.input("cgroup_version") == "v2")
        #expect(try result.input("limit_bytes") == "1000")
        try group("system.slice", max: "1000", current: 100, inactive: 100, kills: 2)
        let killed = try look(at: 1010, keeping: &memory)["limit"]
        #expect(killed.state == .critical)
        #expect(killed.reason == "2 processes were killed for want of memory in the last 10 s")
    }

    @Test func withoutALimitThereIsNothingToJudge() throws {
        try group("system.slice", max: "max", current: 950, inactive: 100)
        var memory: SampleLine<MemoryUsage.Sample>?
        #expect(try look(keeping: &memory)["limit"].told == "ok - -")
    }

    @Test func theFirstVersionHasOtherNames() throws {
        try site.write(
            "proc/self/mountinfo",
            """
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw

            """)
        try site.write("proc/self/cgroup", "4:memory:/docker/abc\n1:cpu:/\n0::/\n")
        let folder = "sys/fs/cgroup/memory"
        for (name, limit) in [("docker/abc", "2000"), ("docker", "9223372036854771712"), ("", "9223372036854771712")] {
            try site.write("\(folder)/\(name)/memory.limit_in_bytes", limit + "\n")
        }
        try site.write("\(folder)/docker/abc/memory.usage_in_bytes", "1900\n")
        try site.write("\(folder)/docker/abc/memory.stat", "inactive_file 1\ntotal_inactive_file 50\n")
        try site.write("\(folder)/docker/abc/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 0\n")
        var memory: SampleLine<MemoryUsage.Sample>?
        let result = try look(keeping: &memory)["limit"]
        #expect(result.told == "critical 92.5 %")
        #expect(try result.input("cgroup_version") == "v1")
        #expect(try result.input("memory.usage_in_bytes") == "1900")
        #expect(try result.input("total_inactive_file") == "50")
    }

    @Test func theRealMachineAnswersEverything() throws {
        var memory: SampleLine<MemoryUsage.Sample>?
        let results = try check(MemoryUsage.self).look(try site.machine(), memory: &memory)
        #expect(results.map(\.target) == ["memory", "swap", "limit", "oom_kills"])
        #expect(try results["memory"].value != nil)
        #expect(memory?.kept.first?.sample.kills != nil)
    }
}
