import Foundation
import Glibc
import Testing

/// kill -9 of the daemon at any system call: afterwards each slot has one row, and nothing ran twice.
@Suite(.ownThread, .enabled(if: Tracer.isThere, "needs strace"))
struct DaemonDeathTests {
    /// Kills a lane; ACORE_E2E_ROUNDS asks for more.
    static let rounds = ProcessInfo.processInfo.environment["ACORE_E2E_ROUNDS"].flatMap { Int($0) } ?? 5

    struct Lane: CustomTestStringConvertible {
        let calls: String
        /// The kill comes at one of a thread's first so many calls.
        let reach: Int
        var testDescription: String { calls }
    }

    @Test(arguments: [
        // A run's folder is made between its claim and its start.
        Lane(calls: "mkdir", reach: 24),
        Lane(calls: "sendmsg,recvfrom", reach: 8),
        Lane(calls: "fsync,fdatasync", reach: 30),
        Lane(calls: "pwrite64", reach: 80),
        Lane(calls: "openat", reach: 160),
        Lane(calls: "rename,renameat,unlink,memfd_create", reach: 10),
        Lane(calls: "timerfd_settime,pidfd_open", reach: 8),
        Lane(calls: "fcntl", reach: 200),
    ])
    func everySlotIsAccountedForAndNothingRunsTwice(_ lane: Lane) throws {
        let site = try Site(jobs: Self.jobs)
        var dice = Dice(lane: lane.calls)
        for _ in 0..<Self.rounds {
            try kill(site, at: lane, count: Int.random(in: 1...lane.reach, using: &dice))
            let daemon = try site.daemon()
            let done = try site.ledger.number("SELECT count(*) FROM runs WHERE state = 'succeeded'")
            try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: done + 2, of: daemon)
            #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
            try check(site)
        }
        try settle(site)
        try check(site)
        try checkExecutions(site)
    }

    /// A dead daemon costs no run: each one that was claimed was executed, once for each of its attempts, and succeeded.
    private func checkExecutions(_ site: Site) throws {
        let ended = try site.ledger.rows("SELECT run, state, attempt, summary FROM runs WHERE ended_at IS NOT NULL")
        #expect(ended.filter { $0[1] != "succeeded" } == [])
        let marks = Set(Files.lines("\(site.marks)/marks"))
        for row in ended {
            for attempt in 1...(Int(row[2]) ?? 1) { #expect(marks.contains("\(row[0]) \(attempt)"), "run \(row[0]) was not executed") }
        }
    }

    /// A daemon makes some folders for itself; each one after that belongs to a run that is claimed and has not begun.
    @Test(arguments: 7...13)
    func aRunThatWasClaimedAndNotBegunIsBegunOnceByTheNextDaemon(_ folder: Int) throws {
        let site = try Site(jobs: ["every": Jobs.append("marks", schedule: "* * * * * *")])
        let first = try site.start("daemon", through: Tracer.killing(at: "mkdir", count: folder))
        #expect(try first.wait() == .signalled(SIGKILL), "\(first.errors)")
        guard first.errors.contains(" ready ") else {
            #expect(folder < 10, "so many folders are not for its start")
            return
        }
        let claimed = try site.ledger.column("SELECT run FROM runs WHERE state = 'starting' ORDER BY id")
        let run = try #require(claimed.last)
        #expect(!Files.exists("\(site.state)/runs/\(run)/launch.json"))
        let second = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE run = '\(run)' AND state = 'succeeded'", of: second)
        try second.stop()
        #expect(Files.lines("\(site.marks)/marks").filter { $0.hasPrefix(run) } == ["\(run) 1"])
        try SlotBook(site).check(job: "every")
        try SlotBook(site).check(marks: "marks")
    }

    /// The second attempt is claimed while the records of the first one still lie in the run's folder.
    @Test(arguments: [
        ("mkdir", 1), ("mkdir", 2), ("rename", 1), ("rename", 2), ("mkdir", 3), ("memfd_create", 1), ("sendmsg", 1), ("recvfrom", 1),
    ])
    func anAttemptThatWasClaimedAndNotBegunIsBegunOnceByTheNextDaemon(_ call: String, _ count: Int) throws {
        let line = "echo $ACORE_RUN $ACORE_ATTEMPT >>MARKS/marks; test $ACORE_ATTEMPT = 2"
        let retry = "retry: {attempts: 2, backoff: constant, initial: 4s}"
        let site = try Site(jobs: ["shaky": Jobs.shell(line, schedule: "@reboot", extra: retry)])
        let first = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'retrying'", of: first)
        let tracer = try Tracer.attached(to: first.pid, killingAt: call, count: count, files: site.root + "/tracer")
        try site.wait("the tracer", of: tracer) { tracer.errors.contains("attached") ? true : nil }
        #expect(try first.wait() == .signalled(SIGKILL))
        #expect(try site.ledger.rows("SELECT state, attempt FROM runs") == [["starting", "2"]])
        let second = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: second)
        try second.stop()
        let run = try #require(try site.ledger.column("SELECT run FROM runs").first)
        #expect(Files.lines("\(site.marks)/marks") == ["\(run) 1", "\(run) 2"])
        #expect(try site.ledger.rows("SELECT number, state FROM attempts ORDER BY number") == [["1", "failed"], ["2", "succeeded"]])
        #expect(try site.ledger.column("SELECT state FROM runs") == ["succeeded"])
    }

    private static let jobs = [
        "every": Jobs.append("marks", schedule: "* * * * * *", extra: "overlap: allow"),
        "other": Jobs.append("marks", schedule: "* * * * * *", extra: "catch_up: {mode: all, max: 3}"),
        "shaky": Jobs.shell(
            "echo $ACORE_RUN $ACORE_ATTEMPT >>MARKS/marks; test $ACORE_ATTEMPT = 2", schedule: "*/2 * * * * *",
            extra: "retry: {attempts: 2, initial: 1s}\noverlap: queue"),
    ]

    /// Lets a daemon run into its death; one that never comes to the call is killed after five more marks.
    private func kill(_ site: Site, at lane: Lane, count: Int) throws {
        let daemon = try site.start("daemon", through: Tracer.killing(at: lane.calls, count: count))
        let marks = Files.lines("\(site.marks)/marks").count
        try site.wait("its death at call \(count) of \(lane.calls)", of: daemon) {
            daemon.hasEnded || Files.lines("\(site.marks)/marks").count >= marks + 5 ? true : nil
        }
        if !daemon.hasEnded, let pid = Int32(Files.lines("\(site.state)/lock").first ?? "") { Glibc.kill(pid, SIGKILL) }
        #expect(try daemon.wait() == .signalled(SIGKILL), "\(daemon.errors)")
    }

    private func check(_ site: Site) throws {
        let book = SlotBook(site)
        for (job, step) in [("every", 1000), ("other", 1000), ("shaky", 2000)] { try book.check(job: job, step: step) }
        try book.check(marks: "marks")
    }

    /// A last daemon ends everything that the others began.
    private func settle(_ site: Site) throws {
        let newest = try site.ledger.number("SELECT max(id) FROM runs")
        let daemon = try site.daemon()
        let open = "SELECT count(*) FROM runs WHERE id <= \(newest) AND state IN ('due', 'starting', 'running', 'retrying')"
        try site.wait("the end of all runs", of: daemon) { try site.ledger.number(open) == 0 ? true : nil }
        try daemon.stop()
        for run in try site.ledger.column("SELECT run FROM runs WHERE state IN ('running', 'starting')") {
            try site.wait(file: "\(site.state)/runs/\(run)/exit.json")
        }
        for run in site.runs { #expect(Processes.ofRun(run) == [], "run \(run) left processes") }
    }
}
