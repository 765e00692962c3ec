import Foundation
import Glibc
import Testing

@testable import Runner

/// What is kept of a run's cgroup from one daemon to the next. Folders stand in for cgroups: their files are read alike.
struct HandoverTests {
    private func folder(_ files: [String: String]) throws -> String {
        let path = try Bench.freshFolder()
        for (name, text) in files { try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8) }
        return path
    }

    @Test func theFiguresOfACgroupAreRead() throws {
        let path = try folder([
            "memory.peak": "12345\n", "pids.peak": "7\n", "memory.events": "low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 1\n",
            "io.stat": "8:0 rbytes=100 wbytes=20 rios=1\n8:16 rbytes=5 wbytes=4 rios=1\n",
        ])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let figures = EarlierFigures(cgroup: path)
        #expect(figures.memoryPeak == 12345 && figures.pidsPeak == 7 && figures.oomKills == 2)
        #expect(figures.ioRead == 105 && figures.ioWrite == 24)
    }

    @Test func acrossSeveralDaemonsPeaksAreTheHighestAndTheRestAddsUp() throws {
        let path = try folder(["memory.peak": "500\n", "pids.peak": "3\n", "io.stat": "8:0 rbytes=1 wbytes=2\n"])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let now = EarlierFigures(cgroup: path)
        var before = now
        before.memoryPeak = 900
        before.oomKills = 1
        let all = now.joined(with: before)
        #expect(all.memoryPeak == 900 && all.pidsPeak == 3 && all.ioRead == 2 && all.ioWrite == 4 && all.oomKills == 1)
        #expect(now.joined(with: nil) == now)
    }

    @Test func theEndOfARunHasWhatWasCountedBefore() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("exit 0"))
        let before = #"{"v":1,"memory_peak":99999999999,"io_read":7,"oom_kills":1}"#
        try before.write(toFile: "\(bench.root)/runs/RUN1/figures.json", atomically: false, encoding: .utf8)
        guard case .finished(let record) = try await bench.runner.waitForEnd(live) else {
            Issue.record("it did not finish")
            return
        }
        #expect(record.memoryPeak == 99_999_999_999 && record.ioRead == 7 && record.ioWrite == nil && record.oomKills == 1)
        #expect(try bench.runner.inspect(run: "RUN1") == .finished(record))
    }

    @Test func aLaterAttemptHasNothingOfTheOneBefore() async throws {
        let bench = try Bench()
        _ = try await bench.end(Bench.script("exit 0"))
        let before = #"{"v":1,"memory_peak":99999999999}"#
        try before.write(toFile: "\(bench.root)/runs/RUN1/figures.json", atomically: false, encoding: .utf8)
        var second = Bench.script("exit 0")
        second.attempt = 2
        guard case .finished(let record) = try await bench.end(second) else {
            Issue.record("it did not finish")
            return
        }
        #expect(record.memoryPeak != 99_999_999_999)
    }

    @Test func theLimitsOfARunAreReadBackAsTheyWereWritten() throws {
        let path = try folder([:])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let limits = ResourceLimits(memoryMax: 1 << 30, cpuMax: 50, pidsMax: 20, ioWeight: 200)
        try RunRecords.write(LimitRecord(limits), to: path + "/limits.json")
        #expect(try RunRecords.read(LimitRecord.self, at: path + "/limits.json")?.limits == limits)
    }

    @Test func withoutCgroupsThereIsNothingToRestore() throws {
        let bench = try Bench()
        #expect(try bench.runner.restoreLimits(of: "RUN1") == [])
    }
}
