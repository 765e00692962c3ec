import Foundation
import JobKit
import Testing

@testable import HealthJob

/// What units use of their limits.
@Suite struct CgroupTests {
    private let site: Site

    init() throws {
        site = try Site()
        try site.write("proc/stat", "cpu  1 1 1 1 1 1 1 1\ncpu0 1\ncpu1 1\ncpu2 1\ncpu3 1\n")
        try site.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
    }

    private func unit(_ name: String = "bot.service", files: [String: String]) throws {
        for (file, text) in files { try site.write("sys/fs/cgroup/system.slice/\(name)/\(file)", text + "\n") }
    }

    private func look(_ settings: String = #"{"units": ["bot.service"]}"#, at moment: Double = 1000, keeping memory: inout Cgroups.Memory?)
        throws
        -> [WireEvent.Check]
    {
        try check(Cgroups.self, settings, common: #"{"systemctl": "\#(site.path)/systemctl"}"#).look(
            site.scene(at: moment), memory: &memory)
    }

    private func whole(usage: Int, periods: Int = 0, throttled: Int = 0, kills: Int = 0, quota: String = "max 100000") -> [String: String] {
        [
            "memory.current": "700", "memory.stat": "anon 1\ninactive_file 200", "memory.max": "1000",
            "memory.events": "oom 0\noom_kill \(kills)", "pids.current": "8", "pids.max": "10", "cpu.max": quota,
            "cpu.stat": "usage_usec \(usage)\nuser_usec 1\nnr_periods \(periods)\nnr_throttled \(throttled)",
        ]
    }

    @Test func isMeasuredAgainstTheSmallestLimit() throws {
        try unit(files: whole(usage: 1_000_000, periods: 100, throttled: 10, quota: "50000 100000"))
        try site.write("sys/fs/cgroup/system.slice/memory.max", "625\n")
        var memory: Cgroups.Memory?
        let first = try look(keeping: &memory)
        #expect(try first["bot.service memory"].told == "ok 80 %", "(700 - 200) / 625 of the slice")
        #expect(try first["bot.service memory"].input("limit_of") == "\(site.path)/sys/fs/cgroup/system.slice")
        #expect(try first["bot.service cpu"].state == .unknown)
        #expect(try first["bot.service pids"].told == "warning 80 %")
        try unit(files: whole(usage: 5_500_000, periods: 200, throttled: 60, quota: "50000 100000"))
        let settings = #"{"units": ["bot.service"], "throttled": {"warning": 25}}"#
        let cpu = try look(settings, at: 1010, keeping: &memory)["bot.service cpu"]
        #expect(cpu.told == "critical 90 %", "4.5 s of the 5 s that half a processor gives in 10 s")
        #expect(try cpu.input("throttled_percent") == "50")
        #expect(try cpu.input("processors") == "0.5")
        try unit(files: whole(usage: 6_000_000, periods: 300, throttled: 90, quota: "50000 100000"))
        let held = try look(settings, at: 1020, keeping: &memory)["bot.service cpu"]
        #expect(held.state == .warning)
        #expect(held.reason == "the quota held it back in 30 % of the periods")
    }

    @Test func withoutAQuotaTheProcessorsAreTheLimit() throws {
        try unit(files: whole(usage: 0))
        var memory: Cgroups.Memory?
        _ = try look(keeping: &memory)
        try unit(files: whole(usage: 20_000_000))
        let cpu = try look(at: 1010, keeping: &memory)["bot.service cpu"]
        #expect(cpu.told == "ok 50 %", "20 s of the 40 s of four processors")
        try unit(files: whole(usage: 1_000_000))
        #expect(try look(at: 1020, keeping: &memory)["bot.service cpu"].reason == "cpu.stat went backwards: the samples begin anew")
    }

    @Test func aKillForWantOfMemoryIsCritical() throws {
        try unit(files: whole(usage: 0, kills: 1))
        var memory: Cgroups.Memory?
        #expect(try look(keeping: &memory)["bot.service memory"].state == .ok)
        try unit(files: whole(usage: 0, kills: 3))
        let result = try look(at: 1010, keeping: &memory)["bot.service memory"]
        #expect(result.state == .critical)
        #expect(result.reason == "2 processes were killed for want of memory in the last 10 s")
    }

    @Test(arguments: ["failed", "activating"])
    func aUnitThatWasEndedForWantOfMemoryIsCritical(_ state: String) throws {
        _ = try site.systemctl("Id=bot.service\nActiveState=\(state)\nControlGroup=\nResult=oom-kill\n")
        var memory: Cgroups.Memory?
        let results = try look(keeping: &memory)
        #expect(try results["bot.service memory"].state == .critical)
        let reason = "bot.service is \(state) and has no control group: it was ended for want of memory"
        #expect(results.map(\.reason) == [reason, reason, reason])
        #expect(try results["bot.service cpu"].state == .unknown)
    }

    @Test func aUnitElsewhereIsAskedFor() throws {
        try site.write("sys/fs/cgroup/user.slice/pids.current", "3\n")
        let program = try site.systemctl(
            "Id=odd.service\nActiveState=active\nControlGroup=/user.slice\n\nId=off.service\nActiveState=inactive\nControlGroup=\n")
        #expect(program == site.path + "/systemctl")
        try unit(files: whole(usage: 0))
        var memory: Cgroups.Memory?
        let results = try look(#"{"units": ["odd.service", "bot.service", "off.service", "/none"]}"#, keeping: &memory)
        #expect(try results["odd.service pids"].told == "ok - -")
        #expect(try results["odd.service pids"].reason == "there is no limit")
        #expect(try results["off.service pids"].reason == "off.service is inactive and has no control group")
        #expect(try results["/none pids"].reason == "there is no control group /none")
        #expect(
            try site.text("calls") == "show --no-pager --property=Id,ActiveState,ControlGroup,Result -- odd.service off.service\n",
            "one call, and not for bot.service")
    }

    @Test func theFirstVersionHasOtherNames() throws {
        try site.write(
            "proc/self/mountinfo",
            """
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids

            """)
        let put = { (controller: String, files: [String: String]) in
            for (file, text) in files { try site.write("sys/fs/cgroup/\(controller)/system.slice/bot.service/\(file)", text + "\n") }
        }
        try put("memory", ["memory.usage_in_bytes": "700", "memory.stat": "total_inactive_file 200", "memory.limit_in_bytes": "1000"])
        try put("memory", ["memory.oom_control": "oom_kill 0"])
        try put("pids", ["pids.current": "3", "pids.max": "max"])
        try put("cpu,cpuacct", ["cpuacct.usage": "1000000000", "cpu.stat": "nr_periods 0\nnr_throttled 0"])
        try put("cpu,cpuacct", ["cpu.cfs_quota_us": "200000", "cpu.cfs_period_us": "100000"])
        var memory: Cgroups.Memory?
        let first = try look(keeping: &memory)
        #expect(try first["bot.service memory"].told == "ok 50 %")
        #expect(try first["bot.service memory"].input("cgroup_version") == "v1")
        try put("cpu,cpuacct", ["cpuacct.usage": "11000000000"])
        #expect(try look(at: 1010, keeping: &memory)["bot.service cpu"].told == "ok 50 %", "10 s of the 20 s of two processors")
    }

    @Test func aUnitOfTheFirstVersionMayHaveNoGroupForProcessorTime() throws {
        try site.write(
            "proc/self/mountinfo",
            """
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids

            """)
        try site.write("sys/fs/cgroup/pids/system.slice/bot.service/pids.current", "3\n")
        var memory: Cgroups.Memory?
        let results = try look(keeping: &memory)
        #expect(try results["bot.service cpu"].state == .unknown)
        #expect(
            try results["bot.service cpu"].reason == "bot.service has no control group with cpu; CPUAccounting=yes of the unit makes one")
        #expect(try results["bot.service pids"].state == .ok)
    }

    @Test func theFirstVersionMayCountTimeApartFromItsQuota() throws {
        try site.write(
            "proc/self/mountinfo",
            """
            32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
            33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct

            """)
        try site.write("sys/fs/cgroup/cpu/bot/cpu.stat", "nr_periods 0\nnr_throttled 0\n")
        try site.write("sys/fs/cgroup/cpuacct/bot/cpuacct.usage", "1000000000\n")
        var memory: Cgroups.Memory?
        _ = try look(#"{"units": ["/bot"]}"#, keeping: &memory)
        try site.write("sys/fs/cgroup/cpuacct/bot/cpuacct.usage", "21000000000\n")
        #expect(
            try look(#"{"units": ["/bot"]}"#, at: 1010, keeping: &memory)["/bot cpu"].told == "ok 50 %",
            "20 s of the 40 s of four processors")
    }

    @Test(arguments: [
        ("/", "/a/b", ["/cg/a/b", "/cg/a", "/cg"]), ("/", "/", ["/cg"]), ("/docker/abc", "/docker/abc/x", ["/cg/x", "/cg"]),
        ("/docker/abc", "/docker/abc", ["/cg"]),
    ])
    func levelsEndAtWhatIsMounted(_ top: String, _ group: String, _ levels: [String]) {
        #expect(CgroupTree.Hierarchy(version: .v2, folder: "/cg", top: top).levels(of: group) == levels)
    }
}
