import Foundation
import Testing

/// Attempts after the first, and the ends of those that take too long.
@Suite(.ownThread)
struct RetryTests {
    private static let attempts = "SELECT number, state, started_at, ended_at FROM attempts ORDER BY number"

    @Test func pausesGrowUntilAnAttemptSucceeds() throws {
        let line = "echo $ACORE_RUN $ACORE_ATTEMPT >>MARKS/log; test $ACORE_ATTEMPT -ge 3"
        let retry = "retry: {attempts: 4, backoff: exponential, initial: 1s}"
        let site = try Site(jobs: ["shaky": Jobs.shell(line, schedule: "@reboot", extra: retry)])
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        try daemon.stop()
        let rows = try site.ledger.rows(Self.attempts)
        #expect(rows.map { $0[1] } == ["failed", "failed", "succeeded"])
        let times = rows.map { (start: Int($0[2]) ?? 0, end: Int($0[3]) ?? 0) }
        #expect(times[1].start - times[0].end >= 1000)
        #expect(times[2].start - times[1].end >= 2000)
        let run = try site.ledger.column("SELECT run FROM runs")
        #expect(run.count == 1)
        #expect(Files.lines("\(site.marks)/log") == (1...3).map { "\(run[0]) \($0)" })
    }

    @Test func theLastAttemptDecides() throws {
        let retry = "retry: {attempts: 2, backoff: constant, initial: 1s}"
        let site = try Site(jobs: ["hopeless": Jobs.shell("exit 7", schedule: "@reboot", extra: retry)])
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed'", of: daemon)
        try daemon.stop()
        #expect(try site.ledger.rows("SELECT attempt, summary, exit_code FROM runs") == [["2", "exit status 7", "7"]])
        let folder = try #require(site.runs.first)
        #expect(Files.exists("\(site.state)/runs/\(folder)/exit.1.json"), "the record of the first attempt is kept")
    }

    @Test func aRetrySurvivesTheDaemon() throws {
        let line = "echo $ACORE_RUN $ACORE_ATTEMPT >>MARKS/log; test $ACORE_ATTEMPT = 2"
        let site = try Site(jobs: [
            "shaky": Jobs.shell(line, schedule: "@reboot", extra: "retry: {attempts: 2, backoff: constant, initial: 4s}")
        ])
        let first = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'retrying'", of: first)
        try first.killNow()
        let due = try site.ledger.number("SELECT retry_at FROM runs")
        let second = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: second)
        try second.stop()
        #expect(try site.ledger.number("SELECT started_at FROM attempts WHERE number = 2") >= due)
        #expect(Files.lines("\(site.marks)/log").map { $0.suffix(1) } == ["1", "2"])
    }

    @Test func aWorkerThatIgnoresTERMIsKilledAfterItsGrace() throws {
        let line = "trap \"\" TERM; echo $$ >>MARKS/pid; exec cat MARKS/gate"
        let site = try Site(jobs: ["stubborn": Jobs.shell(line, schedule: "@reboot", extra: "timeout: 1s\ngrace: 1s")])
        try site.gate("gate")
        let daemon = try site.daemon()
        let pid = try #require(Int32(try site.marks("pid", of: daemon)[0]))
        try site.wait("SELECT count(*) FROM runs WHERE state = 'timed_out'", of: daemon)
        #expect(!Processes.isAlive(pid))
        try daemon.stop()
        let row = try site.ledger.rows("SELECT summary, fix, ended_at - started_at >= 2000 FROM runs")
        #expect(row == [["still running at its timeout of 1s", "raise timeout: in the job file, or find out what it waits for", "1"]])
    }

    @Test func theDeadlineHoldsWhileNoDaemonRuns() throws {
        let site = try Site(jobs: ["long": Jobs.gated("gate", schedule: "@reboot", extra: "timeout: 2s\ngrace: 1s")])
        try site.gate("gate")
        let first = try site.daemon()
        try site.marks("log", of: first)
        try first.stop()
        let run = try #require(site.runs.first)
        try site.wait(file: "\(site.state)/runs/\(run)/exit.json")
        let second = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'timed_out'", of: second)
        try second.stop()
    }
}
