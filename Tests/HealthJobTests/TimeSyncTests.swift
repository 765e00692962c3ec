import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// The clock.
@Suite struct TimeSyncTests {
    private let site: Site

    init() throws { site = try Site() }

    private func judged(state: Int32 = 0, status: Int32 = 0, error: Int64 = 1000, offset: Int64 = 0) throws -> WireEvent.Check {
        try check(TimeSync.self).judged(ClockState(state: state, status: status, maximumError: error, estimatedError: 5, offset: offset))
    }

    @Test func aKeptClockIsJudgedByItsErrors() throws {
        #expect(try judged(error: 20_000).told == "ok 20 ms")
        #expect(try judged(error: 5_000_000).told == "warning 5000 ms")
        #expect(try judged(error: 12_000_000).told == "critical 12000 ms")
        #expect(try judged(offset: -150_000).reason == "the clock is wrong by 150 ms")
        #expect(try judged(status: 0x2000, offset: 2_000_000_000).state == .critical, "nanoseconds: 2 s")
        #expect(try judged(status: 0x2000, offset: 2_000_000).state == .ok, "nanoseconds: 2 ms")
    }

    @Test func aClockThatNobodyKeepsIsAWarning() throws {
        for (state, status) in [(Int32(5), Int32(0x40)), (0, 0x40), (5, 0)] {
            let result = try judged(state: state, status: status, error: 16_000_000, offset: 0)
            #expect(result.state == .warning)
            #expect(result.reason == "no time service keeps the clock; start systemd-timesyncd or chrony")
        }
    }

    @Test func theKernelAnswers() throws {
        let clock = try ClockState.ask()
        #expect(clock.state >= 0)
        let flag = clock.status & 0x40 != 0
        #expect(!(flag && clock.isSynchronised))
        var memory: TimeSync.Memory?
        let result = try check(TimeSync.self).look(site.machine(), memory: &memory)["clock"]
        #expect(try result.input("synchronised") == (clock.isSynchronised ? "yes" : "no"))
    }

    @Test func withoutTheKernelAFileOfTimesyncdTells() throws {
        let error = ReadError(path: "adjtimex", code: EPERM)
        let file = "\(site.path)/run/systemd/timesync/synchronized"
        let unknown = TimeSync.fallback(error, site.scene())
        #expect(unknown.state == .unknown)
        #expect(
            unknown.reason
                == "adjtimex cannot be read: Operation not permitted, and there is no \(file); with ProtectClock=no the unit may ask the kernel"
        )
        try site.write("run/systemd/timesync/synchronized", "")
        #expect(TimeSync.fallback(error, site.scene()).state == .ok)
    }

    @Test func aStepOfTheClockIsTold() throws {
        var scene = site.scene(at: 1000)
        let before = TimeSync.Memory(boot: "one", bootTime: 940, wall: scene.now.timeIntervalSince1970 - 60)
        #expect(TimeSync.stepped(before, scene).told == "ok 0 s")
        scene.now += 2
        #expect(TimeSync.stepped(before, scene).state == .ok)
        scene.now += 1.5
        let forward = TimeSync.stepped(before, scene)
        #expect(forward.state == .warning)
        #expect(forward.reason == "the clock was set forward by 3.5 s since the look before")
        scene.now -= 100
        #expect(TimeSync.stepped(before, scene).reason == "the clock was set back by 96.5 s since the look before")
        scene.bootID = "two"
        #expect(TimeSync.stepped(before, scene).state == .ok)
        #expect(TimeSync.stepped(nil, scene).state == .ok)
    }
}
