import Glibc
import Runner
import Testing

/// How a worker ends, and what exit.json says of it.
struct EndingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let script: String
        let code: Int32?
        let signal: Int32?
        var testDescription: String { script }
    }

    @Test(
        "the end of a worker is told as it was",
        arguments: [
            Row(script: "exit 0", code: 0, signal: nil),
            Row(script: "exit 3", code: 3, signal: nil),
            Row(script: "exit 255", code: 255, signal: nil),
            Row(script: "kill -SEGV $$", code: nil, signal: SIGSEGV),
            Row(script: "kill -KILL $$", code: nil, signal: SIGKILL),
            Row(script: "kill -TERM $$", code: nil, signal: SIGTERM),
            Row(script: "exec >&- 2>&-; exit 4", code: 4, signal: nil),
        ])
    func tells(_ row: Row) async throws {
        let bench = try Bench()
        let record = try await bench.finished(Bench.script(row.script))
        #expect(record.cause == .exited)
        #expect(record.code == row.code)
        #expect(record.signal == row.signal)
        #expect(record.core == false)
        #expect(record.run == "RUN1" && record.attempt == 1 && record.error == nil && record.leftBehind == 0)
        #expect(record.endedAtMs >= record.startedAtMs)
        #expect(try bench.runner.inspect(run: "RUN1") == .finished(record))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        let arguments: [String]
        var directory: String?
        let step: String
        let code: Int32
        var testDescription: String { name }
    }

    @Test(
        "a worker that cannot start says at which step and why",
        arguments: [
            Refusal(name: "missing file", arguments: ["/no/such/program"], step: "exec", code: ENOENT),
            Refusal(name: "missing in PATH", arguments: ["no-such-program-anywhere"], step: "exec", code: ENOENT),
            Refusal(name: "not executable", arguments: ["/etc/passwd"], step: "exec", code: EACCES),
            Refusal(name: "a folder", arguments: ["/etc"], step: "exec", code: EACCES),
            Refusal(name: "missing directory", arguments: ["true"], directory: "/no/such/folder", step: "directory", code: ENOENT),
            Refusal(name: "directory is a file", arguments: ["true"], directory: "/etc/passwd", step: "directory", code: ENOTDIR),
        ])
    func refuses(_ row: Refusal) async throws {
        let bench = try Bench()
        var request = LaunchRequest(run: "RUN1", job: "job", mode: .program, arguments: row.arguments)
        request.directory = row.directory
        let record = try await bench.finished(request)
        #expect(record.cause == .startFailed)
        #expect(record.error?.step == row.step)
        #expect(record.error?.errno == row.code)
        #expect(record.error?.text == String(cString: strerror(row.code)))
        #expect(record.code == nil && record.signal == nil)
    }

    @Test func whatAllProcessesUsedIsCounted() async throws {
        let bench = try Bench()
        let record = try await bench.finished(Bench.script("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; cat /etc/passwd >/dev/null"))
        #expect(record.rusage.userUs + record.rusage.sysUs > 0)
        #expect(record.rusage.maxRSSKB > 100)
    }

    @Test func finishKeepsTheRecordsAndClearsTheRest() async throws {
        let bench = try Bench()
        var request = Bench.script("mkdir -p $TMPDIR/a/b; echo x >$TMPDIR/a/b/c; ln -s /etc $TMPDIR/link; echo out; echo err >&2")
        request.secrets = [SecretFile(name: "token", bytes: [1])]
        _ = try await bench.finished(request)
        #expect(try bench.names() == ["tmp", "lock", "launch.json", "exit.json", "events.jsonl", "stderr.log"])
        try bench.runner.finish(run: "RUN1")
        #expect(try bench.names() == ["lock", "launch.json", "exit.json", "events.jsonl", "stderr.log"])
        #expect(access(bench.root + "/run/runs/RUN1", F_OK) != 0)
        #expect(access("/etc/passwd", F_OK) == 0)
        try bench.runner.forget(run: "RUN1")
        #expect(try bench.runner.inspect(run: "RUN1") == .missing)
    }

    @Test func aFolderNestedDeeperThanDescriptorsReachIsCleared() async throws {
        let bench = try Bench()
        let deep = "cd $TMPDIR; i=0; while [ $i -lt 1500 ]; do mkdir d; cd -P d; i=$((i+1)); done"
        #expect(try await bench.finished(Bench.script(deep)).code == 0)
        try bench.runner.finish(run: "RUN1")
        #expect(access(bench.folder() + "/tmp", F_OK) != 0)
    }

    @Test func aLiveRunIsNotClearedAway() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("echo up; exec tail -f /dev/null"))
        _ = try await bench.firstLine(live)
        #expect(throws: RunnerError.busy(run: "RUN1")) { try bench.runner.finish(run: "RUN1") }
        #expect(throws: RunnerError.busy(run: "RUN1")) { try bench.runner.killRemains(of: "RUN1") }
        try bench.runner.kill(live)
        #expect(try await bench.finished(live).cause == .stopped)
    }
}
