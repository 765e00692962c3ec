import Foundation
import Glibc
import Testing

/// One state directory, and those who may not have it.
@Suite(.ownThread)
struct StateDirectoryTests {
    @Test func aSecondDaemonRefusesAndNamesTheFirst() throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        let first = try site.daemon()
        let second = try site.start("daemon")
        #expect(try second.wait() == .exited(7))
        #expect(
            second.errors == """
                error: the state directory \(site.state) is in use by process \(first.pid)
                  fix: stop that process, or name another state directory with --state-dir

                """)
        try site.marks("beat", atLeast: 2, of: first)
        #expect(try first.stop() == .exited(0))
    }

    @Test func runNowBesideADaemonThatLostItsSocketGivesUpAfterAWhile() throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "@reboot")])
        let daemon = try site.daemon()
        try site.marks("beat", of: daemon)
        #expect(unlink(site.state + "/control.sock") == 0)
        let start = Watch.now()
        let command = try site.start("run-now", "beat")
        #expect(try command.wait() == .exited(7))
        #expect(Watch.now() - start >= 10_000, "a command that holds the lock for a moment is waited for")
        #expect(command.errors.contains("is in use by process \(daemon.pid)"))
        #expect(try daemon.stop() == .exited(0))
        #expect(Files.lines("\(site.marks)/beat").count == 1)
    }

    @Test func runNowTakesItsTurnWhenTheDaemonStopsMeanwhile() throws {
        let site = try Site(jobs: ["job": Jobs.append("log", schedule: "@reboot")])
        let daemon = try site.daemon()
        try site.marks("log", of: daemon)
        #expect(unlink(site.state + "/control.sock") == 0)
        let command = try site.start("run-now", "job")
        #expect(try daemon.stop() == .exited(0))
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        #expect(Files.lines("\(site.marks)/log").count == 2)
        #expect(try site.ledger.column("SELECT trigger FROM runs ORDER BY id") == ["schedule", "manual"])
    }

    @Test(.enabled(if: SmallDisk.canMount, "only root mounts a small disk"), arguments: [true, false])
    func aReadOnlyFileSystemIsRefused(wasUsed: Bool) throws {
        let disk = try SmallDisk(megabytes: 16, jobs: ["job": Jobs.append("log", schedule: "0 0 1 1 *")])
        let site = disk.site
        if wasUsed { try site.daemon().stop() }
        try disk.makeReadOnly()
        let problem =
            wasUsed ? "the state directory \(site.state) cannot be written: " : "cannot make \(site.state)/runs: "
        for child in [try site.start("daemon"), try site.start("run-now", "job")] {
            #expect(try child.wait() == .exited(5))
            #expect(child.errors.hasPrefix("error: \(problem)Read-only file system\n  fix: "), "\(child.errors)")
        }
        #expect(!Files.exists("\(site.marks)/log"))
    }

    @Test(.enabled(if: SmallDisk.canMount, "only root mounts a small disk"))
    func aLedgerOnAReadOnlyFileSystemCanBeRead() throws {
        let disk = try SmallDisk(megabytes: 16, jobs: ["job": Jobs.append("log", schedule: "@reboot")])
        let site = disk.site
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        #expect(try daemon.stop() == .exited(0))
        try disk.makeReadOnly()
        for verb in ["list", "history"] {
            let child = try site.start(verb)
            #expect(try child.wait() == .exited(0), "\(child.errors)")
            #expect(child.output.contains("succeeded"), "\(child.output)")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root becomes somebody else"))
    func aForeignStateDirectoryIsRefused() throws {
        let site = try Site(jobs: ["job": Jobs.append("log", schedule: "@reboot")])
        try site.daemon().stop()
        let before = Files.lines("\(site.marks)/log").count
        site.programs = site.root + "/bin"
        try Tracer.installPrograms(in: site.programs)
        let somebody = ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        for verb in ["daemon", "run-now"] {
            let child = verb == "daemon" ? try site.start("daemon", through: somebody) : try site.start("run-now", "job", through: somebody)
            #expect(try child.wait() == .exited(5), "\(child.errors)")
            #expect(child.errors.contains("Permission denied"), "\(child.errors)")
            #expect(child.errors.contains("fix: "))
        }
        #expect(Files.lines("\(site.marks)/log").count == before)
    }

    /// When TERM comes: a file that the start has just made.
    @Test(arguments: ["", "state", "state/lock", "state/ledger.sqlite", "state/definitions", "run"])
    func TERMWhileStartingEndsTheStartAndHarmsNothing(_ moment: String) throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        for _ in 0..<3 {
            let mark = "\(site.root)/\(moment)"
            let isFirst = !Files.exists(mark)
            let child = try site.start("daemon")
            try site.wait("\(moment)", of: child) { Files.exists(mark) || child.errors.contains(" ready ") ? true : nil }
            // Where nothing tells how far the start has come, TERM may find a program that does not listen yet.
            let end = try child.stop()
            #expect(end == .exited(0) || (!isFirst && end == .signalled(SIGTERM)), "\(end): \(child.errors)")
        }
        let daemon = try site.daemon()
        let done = Files.lines("\(site.marks)/beat").count
        try site.marks("beat", atLeast: done + 2, of: daemon)
        #expect(try daemon.stop() == .exited(0))
        try SlotBook(site).check(job: "beat")
        try SlotBook(site).check(marks: "beat")
    }

    @Test(.enabled(if: Tracer.isThere, "needs strace"), arguments: [1, 3, 9, 27, 81])
    func TERMAtAnyCallOfTheStartEndsIt(_ count: Int) throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        for calls in ["openat", "pwrite64", "mkdir"] {
            let child = try site.start("daemon", through: Tracer.signalling("SIGTERM", at: calls, count: count))
            // Where the call never comes so often the daemon becomes ready, and TERM comes from here.
            try site.wait("an end", of: child) { child.hasEnded || child.errors.contains(" ready ") ? true : nil }
            let end = try child.stop()
            #expect(end == .exited(0) || end == .signalled(SIGTERM), "\(calls) \(count): \(end): \(child.errors)")
        }
        let daemon = try site.daemon()
        try site.marks("beat", atLeast: Files.lines("\(site.marks)/beat").count + 1, of: daemon)
        #expect(try daemon.stop() == .exited(0))
        try SlotBook(site).check(job: "beat")
    }
}
