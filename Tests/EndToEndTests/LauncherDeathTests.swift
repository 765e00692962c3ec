import Foundation
import Glibc
import Testing

/// kill -9 of launchers and workers, watched and unwatched.
@Suite(.ownThread)
struct LauncherDeathTests {
    static let vanished = "the run's launcher vanished without a record (power cut, or kill -9)"
    static let unstarted = "cannot start: launcher: the launcher was killed before it started anything"

    @Test(
        .enabled(if: Tracer.isThere, "needs strace"),
        arguments: [
            DeadlyCall("setsid", 1, "failed"), DeadlyCall("renameat", 1, "failed"), DeadlyCall("fallocate", 1, "interrupted"),
            DeadlyCall("pipe2", 2, "interrupted"), DeadlyCall("clone", 1, "interrupted"), DeadlyCall("setpgid", 1, "interrupted"),
            DeadlyCall("poll", 1, "interrupted"), DeadlyCall("waitid", 1, "interrupted"), DeadlyCall("kill", 1, "interrupted"),
            DeadlyCall("pwrite64", 1, "interrupted"), DeadlyCall("renameat", 2, "interrupted"),
            DeadlyCall("exit_group", 1, "succeeded"),
        ])
    func aLauncherThatIsKilledAtAnyStepLeavesATrueRecordAndNoProcess(_ step: DeadlyCall) throws {
        // The job leaves a process in a session of its own that waits for ever.
        let line = "echo said; echo $ACORE_RUN $ACORE_ATTEMPT >>MARKS/log; setsid -f cat MARKS/gate"
        let site = try Site(jobs: ["victim": Jobs.shell(line, schedule: "@reboot")])
        try site.gate("gate")
        site.programs = site.root + "/bin"
        try Tracer.programs(in: site.programs, killingLauncherAt: step.call, count: step.count)
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: daemon)
        try daemon.stop()
        let row = try #require(try site.ledger.rows("SELECT run, state, summary FROM runs").first)
        #expect(row[1] == step.state)
        switch step.state {
        case "failed": #expect(row[2] == Self.unstarted)
        case "interrupted": #expect(row[2] == Self.vanished)
        default: #expect(row[2].hasPrefix("exit status 0"))
        }
        #expect(Processes.ofRun(row[0]) == [])
        #expect(Files.lines("\(site.marks)/log").count <= (step.state == "failed" ? 0 : 1))
        try SlotBook(site).check()
    }

    /// Which process is killed.
    enum Victim: String, CaseIterable { case worker, launcher }
    /// What the daemon does meanwhile.
    enum Daemon: String, CaseIterable { case watches, isAway }

    @Test(arguments: Victim.allCases, Daemon.allCases)
    func aKilledProcessEndsItsRun(_ victim: Victim, _ daemon: Daemon) throws {
        let line = "setsid -f cat MARKS/gate; echo $ACORE_RUN $$ >>MARKS/log; exec cat MARKS/gate"
        let site = try Site(jobs: ["victim": Jobs.shell(line, schedule: "@reboot")])
        try site.gate("gate")
        let first = try site.daemon()
        let words = try site.marks("log", of: first)[0].split(separator: " ").map(String.init)
        try site.wait("SELECT count(*) FROM runs WHERE state = 'running'", of: first)
        let worker = try #require(Int32(words[1]))
        let launcher = try #require(Self.launcher(of: words[0], on: site))
        if daemon == .isAway { try first.killNow() }
        kill(victim == .worker ? worker : launcher, SIGKILL)
        try Processes.waitForEnd(launcher)
        let watcher = daemon == .isAway ? try site.daemon() : first
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: watcher)
        try watcher.stop()
        let row = try site.ledger.rows("SELECT state, summary FROM runs")
        switch victim {
        case .worker:
            #expect(row[0][0] == "failed")
            #expect(row[0][1].hasPrefix("ended by signal 9 (KILL)"), "\(row[0][1])")
        case .launcher: #expect(row == [["interrupted", Self.vanished]])
        }
        #expect(Processes.ofRun(words[0]) == [])
        #expect(!Processes.isAlive(worker))
    }

    @Test func runsGoOnWhenTheirDaemonStopsAndTheNextOneTakesThemOver() throws {
        let count = 20
        let line = "trap \"echo signal >>MARKS/log\" TERM INT HUP; echo start >>MARKS/log; cat MARKS/gate; echo end >>MARKS/log; exit 3"
        let jobs = (0..<count).map { ("long\($0)", Jobs.shell(line, schedule: "@reboot")) }
        let site = try Site(jobs: .init(uniqueKeysWithValues: jobs))
        try site.configure("max_runs: \(count)\n")
        try site.gate("gate")
        let first = try site.daemon()
        try site.marks("log", atLeast: count, of: first)
        #expect(try first.stop() == .exited(0))
        #expect(first.errors.contains("stopped; runs that are under way go on"))
        let second = try site.daemon()
        #expect(second.errors.components(separatedBy: "goes on and is watched again").count == count + 1)
        #expect(try second.stop() == .exited(0))
        let third = try site.daemon()
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed'", atLeast: count, of: third)
        try third.stop()
        let said = Files.lines("\(site.marks)/log")
        #expect(said.count { $0 == "start" } == count && said.count { $0 == "end" } == count && said.count == 2 * count)
        #expect(try site.ledger.rows("SELECT DISTINCT summary, exit_code FROM runs") == [["exit status 3", "3"]])
    }

    @Test func afterAPowerCutNothingRunsTwiceAndWhatRanIsInterrupted() throws {
        let site = try Site(jobs: [
            "long": Jobs.gated("gate", schedule: "@reboot"),
            "again": Jobs.shell(
                "echo $ACORE_ATTEMPT >>MARKS/again; test $ACORE_ATTEMPT = 2 || cat MARKS/gate", schedule: "@reboot",
                extra: "retry: {attempts: 2, initial: 1s}"),
            "beat": Jobs.append("beat", schedule: "* * * * * *", extra: "overlap: allow"),
        ])
        try site.gate("gate")
        let first = try site.daemon()
        for mark in ["log", "again", "beat"] { try site.marks(mark, of: first) }
        try first.killNow()
        for run in try site.ledger.column("SELECT run FROM runs WHERE ended_at IS NULL") {
            if let launcher = Self.launcher(of: run, on: site) { kill(launcher, SIGKILL) }
            Processes.ofRun(run).forEach { kill($0, SIGKILL) }
        }
        let second = try site.daemon()
        let long = "FROM runs JOIN jobs ON jobs.id = job WHERE name = 'long'"
        let again = "FROM runs JOIN jobs ON jobs.id = job WHERE name = 'again'"
        try site.wait("SELECT count(*) \(long) AND ended_at IS NOT NULL", of: second)
        try site.wait("SELECT count(*) \(again) AND state = 'succeeded'", of: second)
        try site.marks("beat", atLeast: Files.lines("\(site.marks)/beat").count + 2, of: second)
        try second.stop()
        #expect(try site.ledger.rows("SELECT state, attempt, summary \(long)") == [["interrupted", "1", Self.vanished]])
        try SlotBook(site).check(job: "beat")
        try SlotBook(site).check(marks: "beat")
        #expect(Files.lines("\(site.marks)/log").count == 1)
        #expect(Files.lines("\(site.marks)/again") == ["1", "2"])
        let attempts =
            "SELECT attempts.state FROM attempts JOIN runs ON runs.id = attempts.run JOIN jobs ON jobs.id = job WHERE name = 'again'"
        #expect(try site.ledger.column(attempts + " ORDER BY number") == ["interrupted", "succeeded"])
    }

    /// Nothing that a launcher writes is on the disk at once: after a power cut a record that is missing says nothing.
    @Test(arguments: [false, true])
    func aClaimWithoutARecordIsBegunAgainOnlyOnTheSameBoot(_ hasRebooted: Bool) throws {
        let site = try Site(jobs: ["hand": Jobs.shell("echo start >>MARKS/log", schedule: nil)])
        site.more["ACORE_SCHED_FAULT"] = "before-spawn:1"
        let first = try site.daemon()
        _ = try site.start("run-now", "hand", "--detach").wait()
        #expect(try first.wait() == .signalled(SIGKILL))
        #expect(try site.ledger.column("SELECT state FROM runs") == ["starting"])
        if hasRebooted { try site.ledger.edit("UPDATE clock SET boot_id = 'an earlier boot'") }
        site.more["ACORE_SCHED_FAULT"] = nil
        let second = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: second)
        #expect(try second.stop() == .exited(0), "\(second.errors)")
        #expect(try site.ledger.column("SELECT state FROM runs") == [hasRebooted ? "interrupted" : "succeeded"])
        #expect(Files.lines("\(site.marks)/log").count == (hasRebooted ? 0 : 1))
    }

    /// A power cut may leave a record's name without its content.
    @Test(arguments: ["launch.json", "exit.json"], [0, 300])
    func aRecordThatAPowerCutEmptiedStandsInNoAttemptsWay(_ record: String, _ zeros: Int) throws {
        let line = "echo $ACORE_ATTEMPT >>MARKS/log; test $ACORE_ATTEMPT = 2 || cat MARKS/gate"
        let site = try Site(jobs: ["again": Jobs.shell(line, schedule: "@reboot", extra: "retry: {attempts: 2, initial: 1s}")])
        try site.gate("gate")
        let first = try site.daemon()
        try site.marks("log", of: first)
        let run = try #require(site.runs.first)
        let launcher = try #require(Self.launcher(of: run, on: site))
        try first.killNow()
        kill(launcher, SIGKILL)
        Processes.ofRun(run).forEach { kill($0, SIGKILL) }
        try Processes.waitForEnd(launcher)
        try Data(count: zeros).write(to: URL(fileURLWithPath: "\(site.state)/runs/\(run)/\(record)"))
        try site.ledger.edit("UPDATE clock SET boot_id = 'an earlier boot'")
        let second = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: second)
        #expect(try second.stop() == .exited(0), "\(second.errors)")
        #expect(try site.ledger.column("SELECT state FROM attempts ORDER BY number") == ["interrupted", "succeeded"])
        #expect(Files.lines("\(site.marks)/log") == ["1", "2"])
    }

    /// What a launcher without a daemon says of its run's end is on the disk before it has its name.
    @Test(.enabled(if: Tracer.isThere, "needs strace"))
    func aLauncherWhoseDaemonHasGoneSyncsHowItsRunEnded() throws {
        let site = try Site(jobs: ["long": Jobs.gated("gate", schedule: "@reboot")])
        try site.gate("gate")
        let first = try site.daemon()
        try site.marks("log", of: first)
        let run = try #require(site.runs.first)
        let launcher = try #require(Self.launcher(of: run, on: site))
        try first.killNow()
        let tracer = try Tracer.attached(to: launcher, killingAt: "fsync", count: 1, files: site.root + "/tracer")
        try site.wait("the tracer", of: tracer) { tracer.errors.contains("attached") ? true : nil }
        try site.open(gate: "gate")
        try Processes.waitForEnd(launcher)
        #expect(!Files.exists("\(site.state)/runs/\(run)/exit.json"))
        let second = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: second)
        #expect(try second.stop() == .exited(0), "\(second.errors)")
        #expect(try site.ledger.column("SELECT state FROM runs") == ["interrupted"])
    }

    private static func launcher(of run: String, on site: Site) -> Int32? {
        let record = Files.bytes("\(site.state)/runs/\(run)/launch.json")
        struct Launch: Decodable { let pid: Int32 }
        do {
            return try JSONDecoder().decode(Launch.self, from: Data(record)).pid
        } catch {
            Issue.record("\(String(decoding: record, as: UTF8.self)): \(error)")
            return nil
        }
    }
}
