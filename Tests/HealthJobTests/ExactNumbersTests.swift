import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Numbers of this machine, beside those that its own tools print before and after.
@Suite struct ExactNumbersTests {
    private let site: Site

    init() throws { site = try Site() }

    private func tool(_ line: String) -> () throws -> [String: Double] { { try numbers(site.shell(line)) } }

    private func input(_ check: WireEvent.Check, _ name: String) throws -> Double { try #require(Double(check.input(name)), "\(name)") }

    @Test(.enabled(if: geteuid() == 0, "mounting needs root"))
    func aDiskThatNobodyElseWritesHasTheNumbersOfDfAndStat() throws {
        let folder = site.path + "/disk"
        try site.shell("mkdir disk && mount -t tmpfs -o size=3m,nr_inodes=77 none disk")
        defer { umount2(folder, Int32(MNT_DETACH)) }
        try site.shell("head -c 1234567 /dev/zero >disk/file; mkdir disk/a disk/b")
        var (memory, none): (DiskSpace.Memory?, NoMemory?)
        let space = try check(DiskSpace.self, #"{"paths": ["\#(folder)"]}"#).look(site.machine(), memory: &memory)[folder]
        let inodes = try check(Inodes.self, #"{"paths": ["\#(folder)"]}"#).look(site.machine(), memory: &none)[folder]
        let df = try site.shell("df -B1 --output=size,used,avail,pcent disk | tail -n 1 | tr -d %").split { $0 == " " || $0 == "\n" }
        #expect(
            try ["disk_total_bytes", "disk_used_bytes", "disk_available_bytes"].map { try space.input($0) } == df.prefix(3).map(String.init)
        )
        #expect(space.value == Double(df[3]))
        #expect(try site.shell("df --output=ipcent disk | tail -n 1 | tr -d %").trimmed == inodes.value?.text(places: 0))
        let used = try input(inodes, "f_files") - input(inodes, "f_ffree")
        #expect(try site.shell("df --output=iused disk | tail -n 1").trimmed == used.text(places: 0))
        let raw = try ["f_blocks", "f_bfree", "f_bavail", "f_frsize"].map { try space.input($0) }
        #expect(try site.shell("stat -f -c '%b %f %a %S' disk").trimmed == raw.joined(separator: " "))
        #expect(try site.shell("stat -f -c '%c %d' disk").trimmed == "\(inodes.input("f_files")) \(inodes.input("f_ffree"))")
    }

    @Test func memoryAndSwapAreThoseOfFree() throws {
        let free = tool(
            "free -b | awk '/^Mem:/ {print \"memory_total\", $2; print \"memory_available\", $7} /^Swap:/ {print \"swap_total\", $2; print \"swap_used\", $3}'"
        )
        let strange = try outside(of: free) {
            let result = MemoryUsage.machine("memory_usage", try site.machine(), Thresholds())
            let (total, available) = (try input(result, "memory_total_bytes"), try input(result, "memory_available_bytes"))
            #expect(result.value == 100 * (total - available) / total)
            return [
                "memory_total": total, "memory_available": available, "swap_total": try input(result, "swap_total_bytes"),
                "swap_used": try input(result, "swap_used_bytes"),
            ]
        }
        #expect(strange == [])
    }

    @Test func swappingAndKillsAreThoseOfTheKernel() throws {
        let strange = try outside(of: tool("awk '/^(pswpin|pswpout|oom_kill) /' /proc/vmstat")) {
            var memory: MemoryUsage.Memory?
            let results = try check(MemoryUsage.self).look(site.machine(), memory: &memory)
            let (swap, kills) = (try results["swap"], try results["oom_kills"])
            return [
                "pswpin": try input(swap, "pswpin"), "pswpout": try input(swap, "pswpout"), "oom_kill": try input(kills, "oom_kill"),
            ]
        }
        #expect(strange == [])
    }

    @Test(.enabled(if: access("/proc/pressure/memory", R_OK) == 0, "the kernel measures no pressure"))
    func pressureIsThatOfTheKernel() throws {
        let names = ["avg10", "avg60", "avg300", "total"]
        let kernel = tool(
            "for file in cpu memory io; do awk -v file=$file '{for (n = 2; n <= 5; n++) {split($n, part, \"=\"); print file \"_\" $1 \"_\" part[1], part[2]}}' /proc/pressure/$file; done"
        )
        let strange = try outside(of: kernel) {
            var memory: Pressure.Memory?
            var mine: [String: Double] = [:]
            for result in try check(Pressure.self).look(site.machine(), memory: &memory) {
                let target = try #require(result.target).replacing(" ", with: "_")
                for name in names { mine["\(target)_\(name)"] = try input(result, name == "total" ? "total_us" : name) }
            }
            #expect(mine.count == 5 * names.count)
            return mine
        }
        #expect(strange == [])
    }

    @Test func loadAndProcessorsAreThoseOfTheKernel() throws {
        let kernel = tool(
            "awk '{print \"load_1\", $1; print \"load_5\", $2; print \"load_15\", $3}' /proc/loadavg; echo cores $(getconf _NPROCESSORS_ONLN)"
        )
        let strange = try outside(of: kernel) {
            var memory: SystemResources.Memory?
            let load = try check(SystemResources.self).look(site.machine(), memory: &memory)["load"]
            #expect(load.value == (try input(load, "load_1")) / (try input(load, "cpu_cores")))
            return [
                "load_1": try input(load, "load_1"), "load_5": try input(load, "load_5"), "load_15": try input(load, "load_15"),
                "cores": try input(load, "cpu_cores"),
            ]
        }
        #expect(strange == [])
    }

    @Test func theProcessorsShareIsThatOfTheKernelsLines() throws {
        let fields = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]
        let line = fields.enumerated().map { "print \"\($0.element)\", $\($0.offset + 2)" }.joined(separator: "; ")
        let strange = try outside(of: tool("awk '/^cpu / {\(line)}' /proc/stat")) {
            var memory: SystemResources.Memory?
            var scene = try site.machine()
            let check = try check(SystemResources.self)
            _ = check.look(scene, memory: &memory)
            // So much later by its own clock.
            scene.bootTime += .seconds(20)
            let result = try check.look(scene, memory: &memory)["cpu"]
            let (before, now) = (try result.input("before"), try result.input("now"))
            if let value = result.value {
                let text = try site.shell(
                    "echo '\(now) \(before)' | awk '{for (n = 1; n <= 8; n++) all += $n - $(n + 8); printf \"%.6f\", 100 * (all - ($4 - $12) - ($5 - $13)) / all}'"
                )
                #expect(try abs(value - #require(Double(text))) < 0.00001)
            }
            return Dictionary(uniqueKeysWithValues: zip(fields, now.split(separator: " ").compactMap { Double($0) }))
        }
        #expect(strange == [])
    }

    @Test func aProcessHasTheNumbersOfItsFiles() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sleep")
        process.arguments = ["603"]
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let folder = "/proc/\(process.processIdentifier)"
        try site.write("bot.pid", "\(process.processIdentifier)\n")
        let kernel = tool(
            """
            awk '/^Rss:/ {print "memory", $2 * 1024} /^Pss:/ {print "shared", $2 * 1024}' \(folder)/smaps_rollup
            awk '{print "start", $22; print "ticks", $14 + $15}' \(folder)/stat
            python3 -c 'import os, time; start = int(open("\(folder)/stat").read().split()[21]); print("age", time.clock_gettime(time.CLOCK_BOOTTIME) - start / os.sysconf("SC_CLK_TCK"))'
            """)
        let strange = try outside(of: kernel) {
            var memory: ProcessHealth.Memory?
            let check = try check(ProcessHealth.self, #"{"processes": {"bot": {"pid_file": "\#(site.path)/bot.pid"}}}"#)
            let results = try check.look(site.machine(), memory: &memory)
            let size = try results["bot memory"]
            return [
                "memory": try #require(size.value), "shared": try input(size, "proportional_bytes"),
                "start": try input(results["bot"], "starttime_ticks"), "ticks": try input(results["bot cpu"], "cpu_ticks"),
                "age": try #require(try results["bot"].value),
            ]
        }
        #expect(strange == [])
    }

    /// The group that counts this process's memory.
    private static let group = try? CgroupTree(root: "").own("memory")

    @Test(.enabled(if: group != nil && group != "/", "the topmost group does not count"))
    func aControlGroupHasTheNumbersOfItsFiles() throws {
        let group = try #require(Self.group)
        let look = {
            var memory: Cgroups.Memory?
            return try check(Cgroups.self, #"{"units": ["\#(group)"]}"#).look(site.machine(), memory: &memory)["\(group) memory"]
        }
        let first = try look()
        let folder = try first.input("cgroup")
        let isSecond = try first.input("cgroup_version") == "v2"
        let (current, inactive) = isSecond ? ("memory.current", "inactive_file") : ("memory.usage_in_bytes", "total_inactive_file")
        let kernel = tool(
            "echo current $(cat \(folder)/\(current)); awk '$1 == \"\(inactive)\" {print \"inactive\", $2}' \(folder)/memory.stat")
        let strange = try outside(of: kernel) {
            let result = try look()
            let (all, inactive) = (try input(result, current), try input(result, inactive))
            #expect(try input(result, "memory_used_bytes") == max(0, all - inactive))
            return ["current": all, "inactive": inactive]
        }
        #expect(strange == [])
    }

    @Test func theClocksStateIsThatOfTheKernel() throws {
        // struct timex of adjtimex(2): modes, offset, freq, maxerror, esterror, status.
        try site.write(
            "clock.py",
            """
            import ctypes, struct
            clock = ctypes.create_string_buffer(208)
            state = ctypes.CDLL(None).adjtimex(clock)
            _, offset, _, maximum, estimate, status = struct.unpack("I4xqqqqi", clock.raw[:44])
            print("state", state); print("status", status); print("maxerror_us", maximum); print("esterror_us", estimate)
            print("offset_us", int(offset / 1000) if status & 0x2000 else offset)
            """)
        let strange = try outside(of: tool("python3 clock.py")) {
            var memory: TimeSync.Memory?
            let clock = try check(TimeSync.self).look(site.machine(), memory: &memory)["clock"]
            var mine: [String: Double] = [:]
            for name in ["state", "status", "maxerror_us", "esterror_us", "offset_us"] { mine[name] = try input(clock, name) }
            return mine
        }
        #expect(strange == [])
    }
}
