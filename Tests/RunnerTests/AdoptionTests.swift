import CLinux
import Glibc
import Runner
import Testing

/// Runs outlive whoever started them.
struct AdoptionTests {
    /// Starts a run by another process, which ends before this returns.
    private func startElsewhere(_ bench: Bench, run: String, script: String) throws {
        let pid = try Processes.spawn(Bench.probe, "start", bench.root, Bench.launcher, run, script)
        #expect(Processes.wait(pid) == 0)
    }

    @Test func aRunWhoseStarterIsGoneIsAdoptedAndEndsAsItShould() async throws {
        let bench = try Bench()
        #expect(mkfifo(bench.root + "/go", 0o600) == 0)
        try startElsewhere(bench, run: "ADOPT1", script: "echo up; read -r line <$TMPDIR/../../../go; echo $line; exit 5")
        let live = try await bench.runner.adopt(run: "ADOPT1")
        #expect(try await bench.firstLine(live) == "up")
        let go = open(bench.root + "/go", O_RDWR | O_CLOEXEC)
        #expect(write(go, "on\n", 3) == 3)
        let record = try await bench.finished(live)
        close(go)
        #expect(record.cause == .exited && record.code == 5)
        #expect(try bench.texts("ADOPT1") == ["up", "on"])
    }

    @Test func anAdoptedRunCanBeStopped() async throws {
        let bench = try Bench()
        try startElsewhere(bench, run: "ADOPT2", script: "echo up; exec tail -f /dev/null")
        let live = try await bench.runner.adopt(run: "ADOPT2")
        _ = try await bench.firstLine(live)
        try bench.runner.stop(live)
        #expect(try await bench.finished(live).cause == .stopped)
        await #expect(throws: RunnerError.notRunning(run: "ADOPT2")) { try await bench.runner.adopt(run: "ADOPT2") }
    }

    @Test func theDeadlineHoldsWithoutTheStarter() async throws {
        let bench = try Bench()
        try startElsewhere(bench, run: "ADOPT3", script: "deadline")
        // It may be just starting, or over: following ends when it has ended, in either case.
        var follower = try bench.runner.follow("ADOPT3")
        while try await follower.next() != nil {}
        guard case .finished(let record) = try bench.runner.inspect(run: "ADOPT3") else { return #expect(Bool(false), "not finished") }
        #expect(record.cause == .timedOut && record.signal == SIGTERM)
    }

    @Test func aProcessThatIsNotTheOneInTheRecordIsNotAdopted() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("echo up; exec tail -f /dev/null"))
        _ = try await bench.firstLine(live)
        let path = bench.folder() + "/launch.json"
        let text = String(decoding: try bench.bytes("launch.json"), as: UTF8.self)
        let forged = text.replacing(/"start_time":\d+/, with: "\"start_time\":1")
        let number = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        #expect(write(number, forged, forged.utf8.count) == forged.utf8.count)
        close(number)
        await #expect(throws: RunnerError.notRunning(run: "RUN1")) { try await bench.runner.adopt(run: "RUN1") }
        try bench.runner.kill(live)
        _ = try await bench.runner.waitForEnd(live)
    }

    @Test func whatAKilledLauncherLeftIsFoundAndKilled() async throws {
        let bench = try Bench()
        // One in the session, one that left it; both outlive the worker, which dies with its launcher. (A tail whose output
        // is a broken pipe ends by itself: theirs is not the pipe.)
        let script = "exec 3>&1 >/dev/null; tail -f /dev/null & setsid tail -f /dev/null & echo up >&3; wait"
        let live = try bench.start(Bench.script(script, run: "REMAINS1"))
        _ = try await bench.firstLine(live)
        kill(live.pid, SIGKILL)
        guard case .vanished = try await bench.runner.waitForEnd(live) else { return #expect(Bool(false), "not vanished") }
        let killed = try #require(try bench.runner.killRemains(of: "REMAINS1"))
        #expect(killed >= 2)
        #expect(Processes.ofRun("REMAINS1").isEmpty)
        #expect(try bench.runner.killRemains(of: "REMAINS1") == 0)
    }

    @Test func followingEndsWhenTheLauncherIsKilled() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("echo up; exec tail -f /dev/null"))
        var mine = try bench.runner.follow(live)
        var foreign = try bench.runner.follow("RUN1")
        #expect(try await mine.next()?.count == 1)
        #expect(try await foreign.next()?.count == 1)
        kill(live.pid, SIGKILL)
        #expect(try await mine.next() == nil)
        #expect(try await foreign.next() == nil)
        _ = try await bench.runner.waitForEnd(live)
    }
}
