import Glibc
import Runner
import Testing

/// A launcher that is killed at each step of its order: what the folder says then is true, nothing of the run stays alive,
/// and the next attempt runs.
@Suite(.enabled(if: access("/usr/bin/strace", X_OK) == 0, "needs strace to kill a launcher at a given system call"))
struct RecordOrderTests {
    enum Told: Sendable { case neverStarted, vanished, finished }

    struct Step: Sendable, CustomTestStringConvertible {
        let name: String
        /// The launcher is killed when it makes this call for the n-th time.
        let call: String
        let time: Int
        let told: Told
        var testDescription: String { name }
    }

    static let steps = [
        Step(name: "before its session", call: "setsid", time: 1, told: .neverStarted),
        Step(name: "before launch.json has its name", call: "renameat", time: 1, told: .neverStarted),
        Step(name: "before the space for exit.json", call: "fallocate", time: 1, told: .vanished),
        Step(name: "before it is the subreaper", call: "prctl", time: 1, told: .vanished),
        Step(name: "before the worker's pipes", call: "pipe2", time: 1, told: .vanished),
        Step(name: "before the fork", call: "clone", time: 1, told: .vanished),
        Step(name: "right after the fork", call: "setpgid", time: 1, told: .vanished),
        Step(name: "while the worker runs", call: "poll", time: 1, told: .vanished),
        Step(name: "when the worker has ended", call: "waitid", time: 2, told: .vanished),
        Step(name: "before exit.json is written", call: "pwrite64", time: 1, told: .vanished),
        Step(name: "before exit.json has its name", call: "renameat", time: 2, told: .vanished),
        Step(name: "before it ends", call: "exit_group", time: 1, told: .finished),
    ]

    /// A program that runs the launcher under strace, which kills it at the step: calls are counted for each process, and the one that waits
    /// makes none of these.
    private func tracing(_ step: Step, in root: String) throws -> String {
        let path = root + "/killed-launcher"
        let script = """
            #!/bin/sh
            exec /usr/bin/strace -D -f -b execve -qqq -o /dev/null -e trace=\(step.call) \\
                -e inject=\(step.call):signal=KILL:when=\(step.time) \(Bench.launcher)

            """
        // Written by another process: a program cannot be started while a descriptor that writes it is open, and a copy of ours
        // could live on in a process that another test is just forking.
        let writer = try Processes.spawn("/bin/sh", "-c", "printf %s \"$1\" >\"$2\" && chmod 755 \"$2\"", "sh", script, path)
        #expect(Processes.wait(writer) == 0)
        return path
    }

    @Test func aJobThatTakesAwayTheSpaceForItsEndStillHasOne() async throws {
        let bench = try Bench()
        #expect(try await bench.finished(Bench.script("rm \"$TMPDIR/../exit.json.reserved\" && exit 7")).code == 7)
        #expect(try bench.names("RUN1").contains("exit.json"))
    }

    @Test("a launcher killed", arguments: steps)
    func dies(at step: Step) async throws {
        let root = try Bench.freshFolder()
        let bench = try Bench(launcher: try tracing(step, in: root), root: root)
        let run = "KILLED-\(step.call)-\(step.time)".filter { $0 != "_" }
        let script = "setsid tail -f /dev/null >/dev/null 2>&1 & echo out; echo err >&2"
        let end = try await bench.end(Bench.script(script, run: run))
        switch (step.told, end) {
        case (.neverStarted, .neverStarted), (.vanished, .vanished), (.finished, .finished): break
        default: Issue.record("ended as \(end)")
        }
        try bench.runner.killRemains(of: run)
        #expect(Processes.ofRun(run).isEmpty)
        try await nextAttempt(of: run, after: step, in: root)
    }

    private func nextAttempt(of run: String, after step: Step, in root: String) async throws {
        let bench = try Bench(root: root)
        var request = Bench.script("exit 7", run: run)
        request.attempt = step.told == .neverStarted ? 1 : 2
        let record = try await bench.finished(request)
        #expect(record.code == 7 && record.attempt == request.attempt)
        try bench.runner.finish(run: run)
        #expect(try bench.names(run).isDisjoint(with: ["tmp", "exit.json.reserved", "launch.json.new"]))
    }

    @Test func aSecondLauncherInTheFolderIsRefused() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("echo up; exec tail -f /dev/null"))
        _ = try await bench.firstLine(live)
        guard case .running(let record) = try bench.runner.inspect(run: "RUN1") else { return #expect(Bool(false), "not running") }
        #expect(record.pid == live.pid)
        #expect(throws: RunnerError.busy(run: "RUN1")) { try bench.start(Bench.script("exit 0")) }
        var second = Bench.script("exit 0")
        second.attempt = 2
        #expect(throws: RunnerError.busy(run: "RUN1")) { try bench.start(second) }
        #expect(try bench.runner.inspect(run: "RUN1") == .running(record))
        try bench.runner.kill(live)
        _ = try await bench.finished(live)
    }

    @Test func aFolderThatHoldsAnAttemptIsNotUsedForAnotherFirstOne() async throws {
        let bench = try Bench()
        let prepared = try bench.runner.prepare(Bench.script("exit 0"))
        _ = try await bench.finished(try bench.runner.start(prepared))
        #expect(try await bench.runner.waitForEnd(try bench.runner.start(prepared)) == .finished(try exitRecord(bench)))
        let refusal = RunnerError.request(
            run: "RUN1", problem: "its folder \(bench.folder()) holds an earlier attempt", fix: "count the attempt up")
        #expect(throws: refusal) { try bench.runner.prepare(Bench.script("exit 0")) }
    }

    private func exitRecord(_ bench: Bench) throws -> ExitRecord {
        guard case .finished(let record) = try bench.runner.inspect(run: "RUN1") else { throw CancellationError() }
        return record
    }

    @Test func attemptsShareAFolderAndKeepTheirRecords() async throws {
        let bench = try Bench()
        var request = Bench.script("echo $ACORE_ATTEMPT; exit $ACORE_ATTEMPT")
        for attempt in 1...3 {
            request.attempt = attempt
            #expect(try await bench.finished(request).code == Int32(attempt))
        }
        let records = ["launch.1.json", "exit.1.json", "launch.2.json", "exit.2.json", "launch.json", "exit.json"]
        #expect(try bench.names().isSuperset(of: records))
        #expect(try bench.texts() == ["1", "2", "3"])
        #expect(try bench.notes() == ["attempt 2", "attempt 3"])
    }
}
