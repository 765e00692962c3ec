import Foundation
import Glibc
import Testing

/// The built daemon and its service manager.
@Suite(.ownThread)
struct ServiceTests {
    private static let beat = Jobs.append("beat", schedule: "* * * * * *")

    /// Messages up to the first that begins so.
    private func messages(of manager: DatagramListener, upTo beginning: String) throws -> [String] {
        var all: [String] = []
        repeat { all.append(try manager.nextText()) } while all.last?.hasPrefix(beginning) == false
        return all
    }

    @Test("its life", arguments: [false, true])
    func tellsTheManagerOfItsLife(isAbstract: Bool) throws {
        let manager = try DatagramListener(isAbstract: isAbstract)
        let site = try Site(jobs: ["beat": Self.beat, "env": Jobs.shell("env >>MARKS/env", schedule: "@reboot")])
        site.more = ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000000"]
        let daemon = try site.start("daemon")
        let start = try messages(of: manager, upTo: "READY=1")
        #expect(start.last?.hasPrefix("READY=1\nSTATUS=2 jobs, ") == true, "\(start)")
        // The loop alone feeds the watchdog: several signs come without anything else to do for it.
        for _ in 0..<3 { _ = try messages(of: manager, upTo: "WATCHDOG=1") }
        _ = try messages(of: manager, upTo: "STATUS=2 jobs, ")
        try site.marks("env", of: daemon)
        daemon.signal(SIGTERM)
        let end = try messages(of: manager, upTo: "STOPPING=1")
        #expect(try daemon.wait() == .exited(0))
        #expect(end.last == "STOPPING=1\nSTATUS=stopping; runs that are under way go on")
        let names = Set(Files.lines("\(site.marks)/env").compactMap { $0.split(separator: "=").first.map(String.init) })
        #expect(names.contains("ACORE_RUN") && names.isDisjoint(with: ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]), "\(names)")
    }

    @Test func aLoopThatStandsStillGivesNoSignOfLife() throws {
        let manager = try DatagramListener()
        let site = try Site(jobs: ["beat": Self.beat])
        site.more = ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "1000000"]
        let daemon = try site.start("daemon")
        _ = try messages(of: manager, upTo: "WATCHDOG=1")
        daemon.signal(SIGSTOP)
        // Nothing of it runs any more once the kernel says so; what it sent before is taken away.
        var status: Int32 = 0
        #expect(waitpid(daemon.pid, &status, WUNTRACED) == daemon.pid && status & 0xff == 0x7f)
        _ = try manager.waiting()
        #expect(manager.isSilent(for: 2000))
        daemon.signal(SIGCONT)
        _ = try messages(of: manager, upTo: "WATCHDOG=1")
        try daemon.stop()
    }

    @Test func aManagerThatIsGoneHoldsNothingUp() throws {
        let site = try Site(jobs: ["beat": Self.beat])
        site.more = ["NOTIFY_SOCKET": "/nowhere/at/all", "WATCHDOG_USEC": "1000000"]
        let daemon = try site.daemon()
        try site.marks("beat", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0))
    }

    @Test func linesAboutARunCarryItsJobAndItsName() throws {
        let site = try Site(jobs: ["beat": Self.beat])
        try site.configure("log_format: json\n")
        let daemon = try site.start("daemon")
        try site.marks("beat", atLeast: 2, of: daemon)
        try daemon.stop()
        let lines = try daemon.errors.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String])
        }
        let started = try #require(lines.first { $0["message"]?.hasSuffix(" of beat started") == true })
        #expect(started["job"] == "beat" && started["attempt"] == "1" && started["trigger"] == "schedule")
        #expect(started["run"].map { started["message"] == "run \($0) of beat started" } == true)
        let ended = try #require(lines.first { $0["state"] == "succeeded" })
        #expect(ended["job"] == "beat" && ended["run"] != nil && ended["level"] == "info")
    }

    @Test func releasingCgroupsNeverFails() throws {
        let site = try Site(jobs: ["beat": Self.beat])
        #expect(try site.start("release-cgroups").wait() == .exited(0))
        try site.configure("max_run: 2\n")
        #expect(try site.start("release-cgroups").wait() == .exited(0))
    }
}
