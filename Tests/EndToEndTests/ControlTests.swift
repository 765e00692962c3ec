import Foundation
import Glibc
import Testing

/// The verbs that ask a daemon, on the built programs.
@Suite(.ownThread)
struct ControlTests {
    /// Runs a verb to its end.
    private func ask(_ site: Site, _ words: String..., status: Int32 = 0) throws -> Child {
        let command = try site.start(words: words)
        #expect(try command.wait() == .exited(status), "\(words): \(command.errors)\(command.output)")
        return command
    }

    @Test(arguments: [
        RunOutcome(line: "exit 0", status: 0, state: "succeeded"), RunOutcome(line: "exit 9", status: 1, state: "failed"),
        RunOutcome(line: "exit 5", status: 3, state: "warning"), RunOutcome(line: "sleep 60", status: 8, state: "timed_out"),
    ])
    func runNowHandsTheRunToTheDaemonAndEndsWithItsOutcome(_ outcome: RunOutcome) throws {
        let site = try Site()
        let body = "echo said; \(outcome.line)"
        try site.job("hand", "uses: command\ntimeout: 1s\ngrace: 1s\nwith:\n  shell: '\(body)'\n  exit_codes: {warning: [5]}\n")
        let daemon = try site.daemon()
        let command = try ask(site, "run-now", "hand", status: outcome.status)
        let lines = command.output.split(separator: "\n")
        #expect(lines.first == "said", "\(command.output)")
        #expect(lines.dropFirst().first?.hasPrefix("\(outcome.state) hand (run ") == true, "\(command.output)")
        #expect(try site.ledger.rows("SELECT state, trigger, attempt FROM runs") == [[outcome.state, "manual", "1"]])
        #expect(daemon.errors.contains("of hand was asked for"))
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func settingsOfOneRunReachItAndLieNowhereAfterIt() throws {
        let site = try Site(jobs: ["hand": Jobs.shell("true", schedule: nil)])
        let daemon = try site.daemon()
        let command = try ask(site, "run-now", "hand", "--set", "shell=echo word-of-${#ACORE_JOB}")
        #expect(command.output.hasPrefix("word-of-4\n"), "\(command.output)")
        #expect(try site.ledger.rows("SELECT verb, object, detail, result FROM audit") == [["run-now --set", "hand", "set shell", "done"]])
        #expect(Files.below(site.state + "/given") == [])
        _ = try ask(site, "run-now", "hand", "--set", "shel=true", status: 2)
        try site.job("words", "uses: command\nwith: {argv: [\"false\"]}\n")
        _ = try ask(site, "reload")
        let words = try ask(site, "run-now", "words", "--set", "argv=[echo, 'a  b', 0755]")
        #expect(words.output.hasPrefix("a  b 0755\n"), "\(words.output)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    /// Whoever died between keeping what was asked for and claiming the run leaves a file that no run will end.
    @Test func settingsOfARunThatWasNeverClaimedAreDroppedAtTheStart() throws {
        let site = try Site(jobs: ["hand": Jobs.shell("true", schedule: nil)])
        let daemon = try site.daemon()
        let run = try ask(site, "run-now", "hand", "--detach", "--set", "shell=sleep 600").output.trimmingCharacters(in: .newlines)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        let stray = site.state + "/given/01ARZ3NDEKTSV4RRFFQ69G5FAV.json"
        #expect(FileManager.default.createFile(atPath: stray, contents: Data("{}".utf8)))
        let next = try site.daemon()
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.state + "/given") == ["\(run).json"])
        _ = try ask(site, "cancel", "hand", "--wait")
        #expect(Files.below(site.state + "/given") == [])
        #expect(try next.stop() == .exited(0), "\(next.errors)")
    }

    @Test func aRunThatNobodyWatchesGoesOnAndCanBeCancelled() throws {
        let site = try Site(jobs: ["hand": Jobs.shell("echo start >>MARKS/log; sleep 600", schedule: nil, extra: "grace: 2s")])
        let daemon = try site.daemon()
        let run = try ask(site, "run-now", "hand", "--detach").output.trimmingCharacters(in: .newlines)
        try site.marks("log", of: daemon)
        #expect(try ask(site, "run-now", "hand", status: 7).errors.contains("run \(run) of hand goes on"))
        #expect(try ask(site, "cancel", "hand", "--wait").output == "run \(run) of hand has ended: cancelled\n")
        #expect(try ask(site, "cancel", run, status: 7).errors.contains("has ended already: cancelled"))
        _ = try ask(site, "cancel", "hand", status: 4)
        _ = try ask(site, "cancel", "01ARZ3NDEKTSV4RRFFQ69G5FAV", status: 4)
        #expect(try site.ledger.rows("SELECT state FROM runs") == [["cancelled"]])
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aRunThatWaitsForItsGroupEndsAtOnceWhenItIsCancelled() throws {
        let gated = Jobs.shell("echo start >>MARKS/log; sleep 600", schedule: nil, extra: "group: g\ngrace: 1s")
        let site = try Site(jobs: ["first": gated, "second": gated])
        let daemon = try site.daemon()
        _ = try ask(site, "run-now", "first", "--detach")
        try site.marks("log", of: daemon)
        let waiting = try ask(site, "run-now", "second", "--detach").output.trimmingCharacters(in: .newlines)
        #expect(try site.ledger.column("SELECT state FROM runs WHERE run = '\(waiting)'") == ["due"])
        #expect(try ask(site, "cancel", waiting, "--wait").output.hasSuffix("has ended: cancelled\n"))
        #expect(Files.lines("\(site.marks)/log").count == 1)
        _ = try ask(site, "cancel", "first", "--wait")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aPauseOutlivesTheDaemonAndItsSlotsAreAccountedFor() throws {
        let site = try Site(jobs: ["beat": Jobs.append("log", schedule: "* * * * * *")])
        let first = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: first)
        #expect(try ask(site, "pause", "beat").output == "beat is paused until acore-sched resume beat\n")
        #expect(try first.stop() == .exited(0))
        let second = try site.daemon()
        let runs = try site.ledger.number("SELECT count(*) FROM runs")
        #expect(try ask(site, "list", "--json").output.contains(#""paused_until":"forever""#))
        // Seconds pass, by a job that is not paused.
        try site.job("other", Jobs.append("other", schedule: "* * * * * *"))
        try site.marks("other", atLeast: 3, of: second)
        #expect(try site.ledger.number("SELECT count(*) FROM runs JOIN jobs ON jobs.id = job WHERE name = 'beat'") == runs)
        _ = try ask(site, "resume", "beat")
        try site.wait("SELECT count(*) - \(runs) FROM runs JOIN jobs ON jobs.id = job WHERE name = 'beat'", of: second)
        let paused = try site.ledger.rows("SELECT account, reason, count > 2 FROM occurrences WHERE reason = 'paused'")
        #expect(paused == [["skipped", "paused", "1"]])
        #expect(try ask(site, "pause", "beat", "--json").output == #"{"job":"beat","paused_until":"forever"}"# + "\n")
        let until = try ask(site, "pause", "beat", "--json", "--until", "2099-01-01T01:00:00+01:00").output
        #expect(until == #"{"job":"beat","paused_until":"2099-01-01T00:00:00Z"}"# + "\n")
        #expect(try ask(site, "resume", "beat", "--json").output == #"{"job":"beat"}"# + "\n")
        _ = try ask(site, "pause", "nobody", status: 4)
        _ = try ask(site, "pause", "beat", "--for", "soon", status: 2)
        _ = try ask(site, "pause", "beat", "--until", "2020-01-01T00:00:00Z", status: 2)
        #expect(try second.stop() == .exited(0), "\(second.errors)")
        try SlotBook(site).check()
    }

    @Test func statusSaysWhatTheDaemonDoes() throws {
        let site = try Site(jobs: ["hand": Jobs.shell("echo start >>MARKS/log; sleep 600", schedule: nil, extra: "grace: 1s")])
        try site.job("broken", "uses: command\nschedul: x\n")
        _ = try ask(site, "status", status: 6)
        _ = try ask(site, "status", "--probe", status: 6)
        let daemon = try site.daemon()
        let run = try ask(site, "run-now", "hand", "--detach").output.trimmingCharacters(in: .newlines)
        let text = try ask(site, "status").output
        #expect(text.contains(", process \(daemon.pid), started "))
        #expect(text.contains("\(run)  hand  "))
        let probe = try ask(site, "status", "--probe")
        #expect(probe.output.isEmpty && probe.errors.isEmpty)
        let json = try JSONSerialization.jsonObject(with: Data(try ask(site, "status", "--json").output.utf8)) as? [String: Any]
        #expect(json?["pid"] as? Int == Int(daemon.pid) && json?["jobs"] as? Int == 1 && json?["role"] as? String == "admin")
        _ = try ask(site, "cancel", "hand", "--wait")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        _ = try ask(site, "pause", "hand", status: 6)
    }

    @Test func aSocketThatACrashLeftIsReplacedAndALivingOneIsNot() throws {
        let site = try Site(jobs: ["hand": Jobs.shell("true", schedule: nil)])
        let first = try site.daemon()
        try first.killNow()
        #expect(Files.exists(site.state + "/control.sock"))
        _ = try ask(site, "status", status: 6)
        // Without a daemon behind it the socket stands in nobody's way.
        _ = try ask(site, "run-now", "hand")
        let second = try site.daemon()
        _ = try ask(site, "status")
        let other = try Site()
        other.more["ACORE_SCHED_SOCKET"] = site.state + "/control.sock"
        let third = try other.daemon()
        #expect(third.errors.contains("there is no control socket yet: somebody else listens at \(site.state)/control.sock"))
        let fourth = try Site()
        fourth.more["ACORE_SCHED_SOCKET"] = site.state + "/control.sock"
        let waiting = try fourth.daemon()
        #expect(try waiting.stop() == .exited(0), "\(waiting.errors)")
        _ = try ask(site, "status")
        #expect(try second.stop() == .exited(0), "\(second.errors)")
        // The one who waited has it then.
        try site.wait("the socket", of: third) { try site.start("status").wait() == .exited(0) ? true : nil }
        #expect(try third.stop() == .exited(0), "\(third.errors)")
        #expect(!Files.exists(site.state + "/control.sock"))
    }

    /// What reads for a watcher must not keep the socket of a daemon that was killed.
    @Test func aDaemonThatDiesWhileARunIsWatchedLeavesTheSocketToTheNext() throws {
        // Marks make the test look; the run's own output is silent.
        let line = "while :; do echo tick >>MARKS/log; sleep 0.1; done"
        let site = try Site(jobs: ["hand": Jobs.shell(line, schedule: nil, extra: "grace: 1s")])
        let first = try site.daemon()
        let watcher = try site.start("run-now", "hand")
        try site.marks("log", of: first)
        let run = try #require(site.runs.first)
        let readers = { Processes.all.filter { Files.text("/proc/\($0)/cmdline").contains("logs\0\(run)\0--follow") } }
        let reader = try site.wait("a reader", of: first) { readers().first }
        let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(reader)/fd")
        let held = numbers.map { Files.target("/proc/\(reader)/fd/\($0)") }
        #expect(!held.contains { $0.hasPrefix("socket:") }, "\(held)")
        try first.killNow()
        let second = try site.daemon()
        #expect(!second.errors.contains("control socket"), "\(second.errors)")
        _ = try ask(site, "status")
        try site.wait("the end of the reader", of: second) { Processes.isAlive(reader) ? nil : true }
        _ = try ask(site, "cancel", "hand", "--wait")
        #expect(try watcher.wait() == .exited(8), "\(watcher.errors)")
        #expect(try second.stop() == .exited(0), "\(second.errors)")
    }

    @Test func aFileAtTheSocketsPlaceIsNobodysToRemove() throws {
        let site = try Site(jobs: ["beat": Jobs.append("log", schedule: "* * * * * *")])
        let path = site.root + "/precious"
        try "words".write(toFile: path, atomically: true, encoding: .utf8)
        site.more["ACORE_SCHED_SOCKET"] = path
        let daemon = try site.daemon()
        #expect(daemon.errors.contains("what lies at \(path) is no socket; fix: name another place with --socket"))
        try site.marks("log", of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(Files.text(path) == "words")
    }

    @Test func aPathTooLongForASocketCostsTheControlAndNoRun() throws {
        let site = try Site(jobs: ["beat": Jobs.append("log", schedule: "* * * * * *")])
        site.state = site.root + "/" + String(repeating: "s", count: 100)
        let daemon = try site.daemon()
        #expect(daemon.errors.contains("and a socket's name may have 107"))
        try site.marks("log", of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func whoeverGoesAwayLeavesNoProcessBehind() throws {
        let site = try Site(jobs: [
            "hand": Jobs.shell("while :; do echo tick >>MARKS/log; sleep 0.1; done", schedule: nil, extra: "grace: 1s")
        ])
        let daemon = try site.daemon()
        let watcher = try site.start("run-now", "hand")
        try site.marks("log", of: daemon)
        let run = try #require(site.runs.first)
        // The daemon's own program reads the output for the watcher.
        let isFollowed = { Processes.all.contains { Files.text("/proc/\($0)/cmdline").contains("logs\0\(run)\0--follow") } }
        try site.wait("a reader", of: daemon) { isFollowed() ? true : nil }
        try watcher.killNow()
        try site.wait("the end of the reader", of: daemon) { isFollowed() ? nil : true }
        #expect(try site.ledger.column("SELECT state FROM runs") == ["running"])
        _ = try ask(site, "cancel", "hand", "--wait")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func aWatchedRunIsWatchedOnAfterADaemonThatWentAway(_ signal: Int32) throws {
        let body = "echo first; cat MARKS/gate; echo last; exit 5"
        let site = try Site()
        try site.job("hand", "uses: command\nwith:\n  shell: '\(body)'\n  exit_codes: {warning: [5]}\n")
        try site.gate("gate")
        let first = try site.daemon()
        let command = try site.start("run-now", "hand")
        try site.wait("the first line", of: first) { command.output.contains("first") ? true : nil }
        first.signal(signal)
        #expect(try first.wait() == (signal == SIGTERM ? .exited(0) : .signalled(SIGKILL)), "\(first.errors)")
        let second = try site.daemon()
        try site.open(gate: "gate")
        #expect(try command.wait() == .exited(3), "\(command.errors)")
        let lines = command.output.split(separator: "\n")
        #expect(lines.count == 3 && lines[0] == "first" && lines[1] == "last" && lines[2].hasPrefix("warning hand (run "), "\(lines)")
        #expect(command.errors.contains("goes on, and is watched again when the daemon is back"), "\(command.errors)")
        #expect(try second.stop() == .exited(0), "\(second.errors)")
    }
}
