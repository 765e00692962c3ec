import Glibc
import Runner
import Testing

/// Deadlines, requests to stop, and processes that would rather stay.
struct StopTests {
    @Test func aDeadlineEndsTheWorkerByTERM() async throws {
        let bench = try Bench()
        var request = Bench.script("trap 'echo asked; exit 9' TERM; echo up; tail -f /dev/null & wait")
        request.timeout = .milliseconds(300)
        let record = try await bench.finished(request)
        #expect(record.cause == .timedOut)
        #expect(record.code == 9)
        #expect(try bench.texts().last == "asked")
        #expect(record.durationMs >= 300)
    }

    @Test func aWorkerThatIgnoresTERMIsKilledAfterItsGrace() async throws {
        let bench = try Bench()
        var request = Bench.script("trap '' TERM; echo up; while :; do read line </dev/zero; done")
        request.timeout = .milliseconds(200)
        request.grace = .milliseconds(200)
        let record = try await bench.finished(request)
        #expect(record.cause == .timedOut)
        #expect(record.signal == SIGKILL)
        #expect(record.durationMs >= 400)
    }

    @Test func aStoppedProcessHearsTheTERM() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("trap 'exit 8' TERM; echo up; kill -STOP $$"))
        _ = try await bench.firstLine(live)
        try bench.runner.stop(live)
        let record = try await bench.finished(live)
        #expect(record.cause == .stopped)
        #expect(record.code == 8)
    }

    @Test func aRequestRightAfterTheStartIsNotLost() async throws {
        let bench = try Bench()
        for number in 1...20 {
            let live = try bench.start(Bench.script("exec tail -f /dev/null", run: "RUN\(number)"))
            try bench.runner.stop(live)
            let record = try await bench.finished(live)
            #expect(record.cause == .stopped)
        }
    }

    @Test func stoppingWhatHasEndedIsNoError() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("exit 0"))
        _ = try await bench.finished(live)
        try bench.runner.stop(live)
        try bench.runner.kill(live)
    }

    @Test func whoForkedAwayIsKilledWithTheWorkersEnd() async throws {
        let bench = try Bench()
        // Two forks and a session of its own: neither the group nor the parent leads to it.
        let script = "setsid sh -c 'trap \"\" TERM HUP; (trap \"\" TERM; echo away; exec tail -f /dev/null) & ' & wait; exit 0"
        let record = try await bench.finished(Bench.script(script, run: "AWAY1"))
        #expect(record.cause == .exited && record.code == 0)
        #expect(record.orphansKilled == 1)
        #expect(Processes.ofRun("AWAY1").isEmpty)
    }

    @Test func aTreeOfProcessesThatIgnoreTERMIsGoneAfterTheGrace() async throws {
        let bench = try Bench()
        let leaf = "sh -c 'trap \"\" TERM; echo up; exec tail -f /dev/null' &"
        let branch = "setsid sh -c \"trap '' TERM; for j in 1 2 3; do $LEAF done; wait; tail -f /dev/null\" &"
        let tree = "for i in 1 2 3; do \(branch) done; wait; tail -f /dev/null"
        var request = Bench.script("trap '' TERM; " + tree, run: "TREE1")
        request.environment = [("LEAF", leaf)]
        request.grace = .milliseconds(100)
        let live = try bench.start(request)
        var follower = try bench.runner.follow(live)
        var seen = 0
        while seen < 9, let lines = try await follower.next() { seen += lines.count }
        try bench.runner.stop(live)
        let record = try await bench.finished(live)
        #expect(record.cause == .stopped && record.signal == SIGKILL)
        #expect(record.orphansKilled >= 12)
        #expect(record.leftBehind == 0)
        #expect(Processes.ofRun("TREE1").isEmpty)
    }

    @Test func orphansThatHoldThePipeDoNotHoldTheRun() async throws {
        let bench = try Bench()
        let record = try await bench.finished(Bench.script("tail -f /dev/null & tail -f /dev/null & echo last; exit 5"))
        #expect(record.code == 5)
        #expect(record.orphansKilled == 2)
        #expect(try bench.texts() == ["last"])
    }

    @Test func aForeignWriterOnThePipeDoesNotHoldTheRun() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("echo $$; exec tail -f /dev/null"))
        let worker = try await bench.firstLine(live)
        // A process that no kill of the run reaches writes into the worker's pipe, until the launcher is gone.
        let pid = try Processes.spawn("/bin/sh", "-c", "exec yes foreign >/proc/\(worker)/fd/1")
        var follower = try bench.runner.follow(live)
        while let lines = try await follower.next() {
            if lines.contains(where: { if case .raw(_, "foreign", _) = $0.content { true } else { false } }) { break }
        }
        try bench.runner.stop(live)
        #expect(try await bench.finished(live).cause == .stopped)
        #expect(Processes.wait(pid) == SIGPIPE)
    }

    @Test func killEndsAtOnceAndIsRecorded() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("trap '' TERM; echo up; while :; do read line </dev/zero; done"))
        _ = try await bench.firstLine(live)
        try bench.runner.kill(live)
        let record = try await bench.finished(live)
        #expect(record.cause == .stopped && record.signal == SIGKILL)
    }

    @Test func aWorkerKilledFromOutsideHasExitedBySignal() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("echo $$; exec tail -f /dev/null"))
        kill(try #require(Int32(try await bench.firstLine(live))), SIGKILL)
        let record = try await bench.finished(live)
        #expect(record.cause == .exited && record.signal == SIGKILL)
    }

    @Test func waitingCanBeCancelledAndTheRunGoesOn() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("echo up; exec tail -f /dev/null"))
        let waiting = Task { () async -> RunnerError? in
            do throws(RunnerError) { _ = try await bench.runner.waitForEnd(live) } catch { return error }
            return nil
        }
        waiting.cancel()
        #expect(await waiting.value == .cancelled)
        #expect(try bench.runner.endIfOver(live) == nil)
        try bench.runner.kill(live)
        #expect(try await bench.finished(live).cause == .stopped)
    }
}
