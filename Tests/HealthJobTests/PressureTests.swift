import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// For how long tasks waited.
@Suite struct PressureTests {
    private let site: Site

    init() throws { site = try Site() }

    private func pressure(_ folder: String, suffix: String = "", some: Int, full: Int) throws {
        for resource in ["cpu", "memory", "io"] {
            try site.write(
                "\(folder)/\(resource)\(suffix)",
                "some avg10=1.50 avg60=0.25 avg300=0.01 total=\(some)\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=\(full)\n")
        }
    }

    private func look(_ settings: String = "{}", at moment: Double = 1000, keeping memory: inout SampleLine<[String: Int64]>?) throws
        -> [WireEvent.Check]
    {
        try check(Pressure.self, settings, common: #"{"systemctl": "\#(site.path)/systemctl"}"#).look(
            site.scene(at: moment), memory: &memory)
    }

    @Test func isTheDifferenceOverTheTimeBetweenTwoLooks() throws {
        try pressure("proc/pressure", some: 1_000_000, full: 0)
        var memory: SampleLine<[String: Int64]>?
        let first = try look(keeping: &memory)
        #expect(first.map(\.state) == [.unknown, .unknown, .unknown, .unknown, .unknown])
        #expect(try first["cpu some"].input("avg10") == "1.5", "the kernel's averages are there at once")
        try pressure("proc/pressure", some: 9_000_000, full: 4_000_000)
        let second = try look(at: 1020, keeping: &memory)
        // 8 of 20 s, and 4 of 20 s.
        #expect(second.map(\.told) == ["warning 40 %", "warning 40 %", "critical 20 %", "ok 40 %", "warning 20 %"])
        #expect(second.map(\.target) == ["cpu some", "memory some", "memory full", "io some", "io full"])
        #expect(try second["memory some"].critical == nil)
        #expect(try second["memory full"].input("total_us") == "4000000")
        #expect(try second["memory full"].input("total_us_before") == "0")
        #expect(second.map(\.windowSeconds) == [20, 20, 20, 20, 20])
    }

    @Test func thatTheKernelDoesNotMeasureIsUnknown() throws {
        var memory: SampleLine<[String: Int64]>?
        let absent = try look(keeping: &memory)
        #expect(absent.map(\.state) == [.unknown, .unknown, .unknown, .unknown, .unknown])
        let path = "\(site.path)/proc/pressure/cpu"
        #expect(absent[0].reason == "\(path) cannot be read: No such file or directory; the kernel has no PSI (CONFIG_PSI), or hides it")
        #expect(
            Pressure.reason(ReadError(path: "/proc/pressure/cpu", code: EOPNOTSUPP))
                == "/proc/pressure/cpu cannot be read: Operation not supported; pressure is switched off: start the kernel with psi=1")
    }

    @Test func ofAUnitComesFromItsControlGroup() throws {
        try pressure("proc/pressure", some: 0, full: 0)
        try site.write("proc/self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
        try pressure("sys/fs/cgroup/system.slice/bot.service", suffix: ".pressure", some: 0, full: 0)
        var memory: SampleLine<[String: Int64]>?
        let settings = #"{"units": ["bot.service", "gone.service"]}"#
        _ = try look(settings, keeping: &memory)
        try pressure("sys/fs/cgroup/system.slice/bot.service", suffix: ".pressure", some: 5_000_000, full: 5_000_000)
        let results = try look(settings, at: 1010, keeping: &memory)
        #expect(try results["bot.service memory full"].told == "critical 50 %")
        #expect(try results["memory full"].told == "ok 0 %")
        #expect(
            try results["gone.service io full"].reason
                == "gone.service has no control group below /system.slice, and \(site.path)/systemctl cannot be started: No such file or directory"
        )
    }

    @Test func realPressureLiesBetweenTwoReadings() throws {
        try #require(access("/proc/pressure/memory", R_OK) == 0)
        let read = { PressureFile(try String(contentsOfFile: "/proc/pressure/io", encoding: .utf8)) }
        var memory: SampleLine<[String: Int64]>?
        let before = try read()
        let result = try check(Pressure.self).look(try site.machine(), memory: &memory)["io some"]
        let after = try read()
        let mine = try #require(Int64(try result.input("total_us")))
        #expect(mine >= before.some?.total ?? .max && mine <= after.some?.total ?? .min)
    }
}
