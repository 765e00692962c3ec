import FoundationEssentials
import Glibc
import Runner
import Testing

/// Launchers that are made ahead of their runs.
struct ReadyLaunchersTests {
    /// A bench whose launchers execute a file of their own, which tells them from those of other tests.
    private func bench() throws -> Bench {
        let root = try Bench.freshFolder()
        // Copied by another process: a program cannot be started while a descriptor that writes it is open.
        #expect(Processes.wait(try Processes.spawn("/bin/cp", Bench.launcher, root + "/launcher")) == 0)
        let bench = try Bench(launcher: root + "/launcher", root: root)
        try bench.runner.openServer()
        return bench
    }

    private func launchers(_ bench: Bench) -> Set<Int32> {
        let all = Processes.executing(bench.root + "/launcher")
        // A worker that has not yet begun its program is its launcher's child.
        return all.filter { pid in Processes.parent(of: pid).map { !all.contains($0) } ?? false }
    }

    private func makeReady(_ count: Int, on bench: Bench) throws -> Set<Int32> {
        let others = launchers(bench)
        try bench.runner.makeLaunchersReady(count)
        return launchers(bench).subtracting(others)
    }

    /// Whether a process that we started has been collected.
    private func isCollected(_ pid: Int32) -> Bool { waitpid(pid, nil, WNOHANG) < 0 && errno == ECHILD }

    private func kill(_ pids: Set<Int32>) throws {
        for pid in pids {
            let watched = try #require(Watched(pid))
            Glibc.kill(pid, SIGKILL)
            #expect(watched.waitForEnd())
        }
    }

    private func stop(_ pid: Int32) {
        Glibc.kill(pid, SIGSTOP)
        #expect(waitpid(pid, nil, WUNTRACED) == pid)
    }

    @Test func aRunTakesOneAndFindsAllAsItShouldBe() async throws {
        let bench = try bench()
        let ready = try makeReady(2, on: bench)
        #expect(ready.count == 2)
        var request = Bench.script("read -r line; echo $line $PPID $(ps -o sid= -p $PPID); ls /proc/self/fd; touch $TMPDIR/file; exit 7")
        request.standardInput = Array("in\n".utf8)
        let live = try bench.start(request)
        #expect(ready.contains(live.pid))
        let record = try await bench.finished(live)
        #expect(record.cause == .exited && record.code == 7)
        // `ls` itself opens one more.
        #expect(try bench.texts() == ["in \(live.pid) \(live.pid)", "0", "1", "2", "3"])
        #expect(isCollected(live.pid))
    }

    @Test func aSignalBeforeTheRunIsNotForTheRun() async throws {
        let bench = try bench()
        let ready = try #require(try makeReady(1, on: bench).first)
        for signal in [SIGTERM, SIGQUIT, SIGHUP] { Glibc.kill(ready, signal) }
        let live = try bench.start(Bench.script("exit 7"))
        #expect(live.pid == ready)
        let record = try await bench.finished(live)
        #expect(record.cause == .exited && record.code == 7)
    }

    @Test func noneIsMadeThatNobodyWants() throws {
        let bench = try bench()
        let server = launchers(bench)
        var asked = 0
        try bench.runner.makeLaunchersReady(1000) {
            asked += 1
            return asked == 1
        }
        let made = launchers(bench).subtracting(server).count
        #expect(made > 0 && made < 1000)
    }

    @Test func itIsAdoptedByItsOwnStartTime() async throws {
        let bench = try bench()
        let ready = try makeReady(1, on: bench)
        // Longer than a tick of the clock by which processes start.
        #expect(Processes.wait(try Processes.spawn("/bin/sleep", "0.05")) == 0)
        _ = try bench.start(Bench.script("echo up; exec tail -f /dev/null"))
        let live = try await bench.runner.adopt(run: "RUN1")
        #expect(ready == [live.pid])
        _ = try await bench.firstLine(live)
        try bench.runner.stop(live)
        #expect(try await bench.finished(live).cause == .stopped)
    }

    @Test func onlyWhatIsMissingIsMade() async throws {
        let bench = try bench()
        let counts = try [70, 100, 1].map { try makeReady($0, on: bench).count }
        #expect(counts == [70, 30, 0])
        _ = try await bench.finished(Bench.script("exit 0"))
        #expect(try makeReady(100, on: bench).count == 1)
    }

    @Test func thoseThatNoRunTookAreLetGo() async throws {
        let bench = try bench()
        let server = launchers(bench)
        let ready = try makeReady(3, on: bench)
        let live = try bench.start(Bench.script("echo up; exec tail -f /dev/null"))
        _ = try await bench.firstLine(live)
        bench.runner.letLaunchersGo()
        #expect(launchers(bench) == server.union([live.pid]))
        #expect(ready.subtracting([live.pid]).allSatisfy(isCollected))
        #expect(try await bench.finished(Bench.script("exit 0", run: "RUN2")).code == 0)
        try bench.runner.kill(live)
        #expect(try await bench.finished(live).cause != .exited)
    }

    @Test func theyEndWithTheServer() throws {
        let bench = try bench()
        let ready = try makeReady(3, on: bench)
        bench.runner.closeServer()
        #expect(launchers(bench).isEmpty)
        #expect(ready.allSatisfy(isCollected))
    }

    @Test func theyEndWithAKilledStarter() throws {
        let bench = try bench()
        bench.runner.closeServer()
        let starter = try Processes.spawn(Bench.probe, "ready", bench.root, bench.root + "/launcher")
        #expect(Processes.wait(starter) & 0x7F == SIGKILL)
        for pid in launchers(bench) { if let watched = Watched(pid) { #expect(watched.waitForEnd()) } }
        #expect(launchers(bench).isEmpty)
    }

    @Test func runsGoOnWithoutThoseThatWereKilled() async throws {
        let bench = try bench()
        let ready = try makeReady(3, on: bench)
        let last = try #require(ready.first)
        try kill(ready.subtracting([last]))
        let pids = try ["A", "B"].map { try bench.start(Bench.script("exit 0", run: $0)).pid }
        #expect(pids[0] == last)
        #expect(!ready.contains(pids[1]))
        #expect(try makeReady(1, on: bench).count == 1, "the dead do not count")
        #expect(ready.subtracting([last]).allSatisfy(isCollected))
        for run in ["A", "B"] {
            var follower = try bench.runner.follow(run)
            while try await follower.next() != nil {}
            guard case .finished = try bench.runner.inspect(run: run) else { return #expect(Bool(false), "\(run) has not finished") }
        }
    }

    @Test func aStoppedOneKeepsNobodyWhileOthersWait() async throws {
        let bench = try bench()
        let ready = try makeReady(2, on: bench)
        let stopped = try #require(ready.first)
        stop(stopped)
        let live = try bench.start(Bench.script("exit 0"))
        #expect(ready.subtracting([stopped]) == [live.pid])
        #expect(try await bench.finished(live).code == 0)
        bench.runner.letLaunchersGo()
        #expect(isCollected(stopped))
    }

    @Test func aStartThatDiesWithTheOneThatTookItIsMadeByTheServer() async throws {
        let bench = try bench()
        let stopped = try #require(try makeReady(1, on: bench).first)
        stop(stopped)
        let killer = try Processes.spawn("/bin/sh", "-c", "sleep 0.3; kill -KILL \(stopped)")
        let live = try bench.start(Bench.script("echo once"))
        #expect(live.pid != stopped)
        #expect(try await bench.finished(live).code == 0)
        #expect(try bench.texts() == ["once"])
        #expect(Processes.wait(killer) == 0)
        #expect(isCollected(stopped))
    }

    @Test func theDeathOfTheOneThatTookAStartIsNoticedWhileOthersHoldTheLine() async throws {
        let bench = try bench()
        let ready = Array(try makeReady(2, on: bench))
        for pid in ready { stop(pid) }
        // Were the death not noticed, the other would take the start when it goes on.
        let script = "sleep 0.3; kill -KILL \(ready[0]); sleep 3; kill -CONT \(ready[1]) 2>/dev/null; true"
        let killer = try Processes.spawn("/bin/sh", "-c", script)
        let live = try bench.start(Bench.script("echo once"))
        #expect(!ready.contains(live.pid))
        #expect(try await bench.finished(live).code == 0)
        #expect(try bench.texts() == ["once"])
        #expect(Processes.wait(killer) == 0)
        #expect(ready.allSatisfy(isCollected))
    }

    @Test func theOldestAreTakenFirst() async throws {
        let bench = try bench()
        let old = try makeReady(1, on: bench)
        let young = try makeReady(2, on: bench)
        #expect(young.count == 1)
        let pids = try ["A", "B"].map { try bench.start(Bench.script("exit 0", run: $0)).pid }
        #expect(pids == Array(old) + Array(young))
        for run in ["A", "B"] {
            var follower = try bench.runner.follow(run)
            while try await follower.next() != nil {}
        }
    }
}
