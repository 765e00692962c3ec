import Foundation
import Glibc
import Testing

/// `run-now` without a daemon, and with one that comes and goes meanwhile.
@Suite(.ownThread)
struct RunNowTests {
    private func site(_ extra: String = "", after line: String = "exit 3") throws -> Site {
        let body = "echo start $ACORE_RUN >>MARKS/log; cat MARKS/gate; echo end $ACORE_RUN >>MARKS/log; \(line)"
        let site = try Site(jobs: ["hand": Jobs.shell(body, schedule: nil, extra: extra)])
        try site.gate("gate")
        return site
    }

    @Test(arguments: [
        RunOutcome(line: "exit 0", status: 0, state: "succeeded"), RunOutcome(line: "exit 9", status: 1, state: "failed"),
        RunOutcome(line: "exit 5", status: 3, state: "warning"), RunOutcome(line: "kill -9 $$", status: 1, state: "failed"),
        RunOutcome(line: "sleep 60", status: 8, state: "timed_out"),
    ])
    func theExitStatusIsTheRunsOutcome(_ outcome: RunOutcome) throws {
        let site = try Site()
        try site.job("hand", "uses: command\ntimeout: 1s\ngrace: 1s\nwith:\n  shell: '\(outcome.line)'\n  exit_codes: {warning: [5]}\n")
        let command = try site.start("run-now", "hand")
        #expect(try command.wait() == .exited(outcome.status), "\(command.errors)\(command.output)")
        #expect(try site.ledger.rows("SELECT state, trigger FROM runs") == [[outcome.state, "manual"]])
        let run = try #require(site.runs.first)
        #expect(!Files.exists("\(site.state)/runs/\(run)/tmp"), "its temporary folder is left")
    }

    @Test func whatIsDoneWithoutADaemonHasItsRowInTheAudit() throws {
        let site = try site(after: "exit 0")
        let first = try site.start("run-now", "hand")
        try site.marks("log", of: first)
        let second = try site.start("run-now", "hand")
        #expect(try second.wait() == .exited(7))
        try site.open(gate: "gate")
        #expect(try first.wait() == .exited(0), "\(first.errors)")
        let third = try site.start("run-now", "hand", "--dry-run", "--set", "shell=echo hunter2")
        #expect(try third.wait() == .exited(0), "\(third.errors)")
        let rows = try site.ledger.rows("SELECT uid, verb, object, detail, result FROM audit ORDER BY id")
        let user = "\(getuid())"
        #expect(rows.count == 3)
        #expect(rows.first == [user, "run-now", "hand", "without a daemon", "done"])
        #expect(rows[1].prefix(4) == [user, "run-now", "hand", "without a daemon"] && rows[1][4].hasPrefix("busy: run "), "\(rows[1])")
        #expect(rows.last == [user, "run-now --set", "hand", "without a daemon; dry run; set shell", "done"])
    }

    @Test func whatARunLeftThatEndedUnwatchedIsClearedAwayByTheNext() throws {
        let site = try site(after: "exit 0")
        let command = try site.start("run-now", "hand")
        try site.marks("log", of: command)
        try command.killNow()
        try site.open(gate: "gate")
        let run = try #require(site.runs.first)
        try site.wait(file: "\(site.state)/runs/\(run)/exit.json")
        #expect(Files.exists("\(site.state)/runs/\(run)/tmp"), "nobody was there to remove it")
        let next = try site.start("run-now", "hand")
        #expect(try next.wait() == .exited(0), "\(next.errors)")
        #expect(!Files.exists("\(site.state)/runs/\(run)/tmp"))
    }

    @Test func aDaemonThatStartsMeanwhileTakesTheRunOver() throws {
        let site = try site()
        let command = try site.start("run-now", "hand")
        try site.marks("log", of: command)
        let daemon = try site.daemon()
        #expect(daemon.errors.contains("goes on and is watched again"))
        try site.open(gate: "gate")
        #expect(try command.wait() == .exited(1), "\(command.errors)")
        #expect(command.output.contains("failed hand (run "), "\(command.output)")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed' AND exit_code = 3", of: daemon)
        #expect(try daemon.stop() == .exited(0))
        #expect(Files.lines("\(site.marks)/log").count == 2)
        #expect(try site.ledger.number("SELECT count(*) FROM attempts") == 1)
    }

    @Test func aDaemonThatCameAndWentMeanwhileChangesNothing() throws {
        let site = try site()
        let command = try site.start("run-now", "hand")
        try site.marks("log", of: command)
        #expect(try site.daemon().stop() == .exited(0))
        try site.open(gate: "gate")
        #expect(try command.wait() == .exited(1))
        #expect(command.output.contains("failed hand (run "), "\(command.output)\(command.errors)")
        #expect(try site.ledger.rows("SELECT state, exit_code FROM runs") == [["failed", "3"]])
    }

    @Test func aDaemonThatSawTheEndAndStoppedHasRecordedIt() throws {
        let site = try site()
        let command = try site.start("run-now", "hand")
        try site.marks("log", of: command)
        try site.wait("SELECT count(*) FROM runs WHERE state = 'running'", of: command)
        site.waitForTheLock()
        // The command sleeps through the end of its run.
        command.signal(SIGSTOP)
        let daemon = try site.daemon()
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed'", of: daemon)
        #expect(try daemon.stop() == .exited(0))
        command.signal(SIGCONT)
        #expect(try command.wait() == .exited(1))
        #expect(command.output.contains("failed hand (run "), "\(command.output)\(command.errors)")
        #expect(try site.ledger.rows("SELECT state, exit_code FROM runs") == [["failed", "3"]])
        #expect(try site.ledger.number("SELECT count(*) FROM attempts") == 1)
    }

    @Test func aKilledCommandLeavesItsRunToTheNextDaemon() throws {
        let site = try site()
        let command = try site.start("run-now", "hand")
        try site.marks("log", of: command)
        try command.killNow()
        try site.open(gate: "gate")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed' AND exit_code = 3", of: daemon)
        #expect(try daemon.stop() == .exited(0))
        #expect(Files.lines("\(site.marks)/log").count == 2)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalToTheCommandStopsTheRun(_ number: Int32) throws {
        let site = try site()
        let command = try site.start("run-now", "hand")
        try site.marks("log", of: command)
        command.signal(number)
        #expect(try command.wait() == .exited(8), "\(command.errors)")
        #expect(try site.ledger.rows("SELECT state, summary FROM runs") == [["cancelled", "stopped on request"]])
        let run = try #require(site.runs.first)
        #expect(Processes.ofRun(run) == [])
    }

    @Test func aSecondRunOfTheJobIsRefusedWhileTheFirstGoesOn() throws {
        let site = try site()
        let first = try site.start("run-now", "hand")
        try site.marks("log", of: first)
        let second = try site.start("run-now", "hand")
        #expect(try second.wait() == .exited(7))
        let run = try #require(site.runs.first)
        #expect(second.errors.contains("run \(run) of hand goes on"), "\(second.errors)")
        try site.open(gate: "gate")
        #expect(try first.wait() == .exited(1))
    }

    @Test func anUnknownJobIsNotFoundAndABrokenFileIsSaid() throws {
        let site = try site()
        let unknown = try site.start("run-now", "hamd")
        #expect(try unknown.wait() == .exited(4))
        #expect(unknown.errors.contains("hand"), "no suggestion in \(unknown.errors)")
        try site.job("bad", "uses: command\nwith:\n  shel: 'true'\n")
        let broken = try site.start("run-now", "bad")
        #expect(try broken.wait() == .exited(2))
        #expect(broken.errors.contains("did you mean shell?"), "\(broken.errors)")
    }
}
