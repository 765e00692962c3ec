import Foundation
import Glibc
import Testing

/// Launchers that a daemon makes before many jobs are due together.
@Suite(.ownThread)
struct ReadyLaunchersTests {
    private static let jobs = (0..<8).map { "j\($0)" }

    private func site() throws -> Site {
        try Site(jobs: .init(uniqueKeysWithValues: Self.jobs.map { ($0, Jobs.append($0, schedule: "* * * * * *")) }))
    }

    /// Launchers without a run: they have the line to the daemon and no folder, and what who made them has not, a descriptor for signals.
    private func waiting(at daemon: Child) -> Set<Int32> {
        Set(
            Processes.all.filter { pid in
                let status = Files.text("/proc/\(pid)/status")
                return status.hasPrefix("Name:\tacore-launch\n") && status.contains("\nPPid:\t\(daemon.pid)\n")
                    && Files.target("/proc/\(pid)/fd/5") == "" && Files.target("/proc/\(pid)/fd/7").hasPrefix("socket:")
                    && Files.target("/proc/\(pid)/fd/8") != ""
            })
    }

    private func waiting(at daemon: Child, of site: Site) throws -> Set<Int32> {
        try site.wait("launchers that wait", of: daemon) {
            let waiting = waiting(at: daemon)
            return waiting.isEmpty ? nil : waiting
        }
    }

    private func launcher(of run: String, on site: Site) -> Int32? {
        Files.text("\(site.state)/runs/\(run)/launch.json").firstMatch(of: /"pid":(\d+)/).flatMap { Int32($0.1) }
    }

    @Test func theyAreUsedAndMissingOnesCostNoSlot() throws {
        let site = try site()
        let daemon = try site.daemon()
        let ready = try waiting(at: daemon, of: site)
        let killed = Set(ready.prefix(3))
        for pid in killed { kill(pid, SIGKILL) }
        // Of these or of later ones: on a slow machine a killed one may have had a request in its hands, and then all that wait go with it.
        var waited = ready
        try site.wait("a run of one that waited", of: daemon) {
            waited.formUnion(waiting(at: daemon))
            return waited.subtracting(killed).isDisjoint(with: site.runs.compactMap { launcher(of: $0, on: site) }) ? nil : true
        }
        _ = try waiting(at: daemon, of: site)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        // On a slow machine one may have got its run before it was killed.
        let hit = try site.ledger.column("SELECT run FROM runs WHERE state IN ('failed', 'interrupted')")
        #expect(hit.count <= killed.count)
        for run in hit { if let pid = launcher(of: run, on: site) { #expect(killed.contains(pid)) } }
        let book = SlotBook(site)
        for job in Self.jobs { try book.check(job: job) }
    }

    @Test func aDaemonThatStopsEndsThem() throws {
        let site = try site()
        let daemon = try site.daemon()
        let ready = try waiting(at: daemon, of: site)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        for pid in ready { try Processes.waitForEnd(pid) }
    }

    @Test func theyEndWithAKilledDaemon() throws {
        let site = try site()
        let daemon = try site.daemon()
        let ready = try waiting(at: daemon, of: site)
        try daemon.killNow()
        for pid in ready { try Processes.waitForEnd(pid) }
        let next = try site.daemon()
        _ = try waiting(at: next, of: site)
        #expect(try next.stop() == .exited(0), "\(next.errors)")
        let book = SlotBook(site)
        for job in Self.jobs { try book.check(job: job) }
    }
}
