import FoundationEssentials
import Glibc
import Runner
import Testing

/// Runs that start together: their ends are recorded once all have started.
struct BatchTests {
    private func runs(_ count: Int) -> [LaunchRequest] { (1...count).map { Bench.script("exit 0", run: "RUN\($0)") } }

    /// Starts all as one batch; `last` is done before the batch is over.
    private func start(_ requests: [LaunchRequest], on bench: Bench, last: () -> Void = {}) throws -> [LiveRun] {
        var live: [LiveRun] = []
        var problem: (any Error)?
        bench.runner.inBatch {
            do {
                for request in requests { live.append(try bench.start(request)) }
            } catch {
                problem = error
            }
            last()
        }
        if let problem { throw problem }
        return live
    }

    private func ended(_ bench: Bench, _ count: Int) -> Int {
        (1...count).count { access(bench.folder("RUN\($0)") + "/exit.json", F_OK) == 0 }
    }

    /// How long after its end a run's record was written, in milliseconds; a launcher that nobody lets go waits for 1000, and
    /// files have the time of the kernel's last tick.
    private func hold(_ record: ExitRecord, _ bench: Bench) -> Int64 {
        var status = stat()
        #expect(stat(bench.folder(record.run) + "/exit.json", &status) == 0)
        return Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000 - record.endedAtMs
    }

    /// - Parameter ready: how many launchers wait before the batch; the others are made within it.
    @Test(arguments: [0, 2]) func endsAreRecordedAfterTheLastStart(ready: Int) async throws {
        let bench = try Bench()
        try bench.runner.makeLaunchersReady(ready)
        // Not of the batch: it takes longer than the others would, did they not wait.
        let elsewhere = try Bench()
        let other = try elsewhere.start(Bench.script("sleep 0.3", run: "OTHER"))
        let watched = try #require(Watched(other.pid))
        var within = -1
        let live = try start(runs(5), on: bench) {
            _ = watched.waitForEnd()
            within = ended(bench, 5)
        }
        #expect(within == 0)
        #expect(try await elsewhere.finished(other).code == 0)
        for run in live {
            let record = try await bench.finished(run)
            #expect(record.code == 0)
            // The wait is not the run's.
            #expect(record.durationMs < 300)
            #expect(record.endedAtMs - record.startedAtMs < 300)
        }
    }

    @Test func aRunAfterwardsWaitsForNobody() async throws {
        let bench = try Bench()
        for run in try start(runs(3), on: bench) { _ = try await bench.finished(run) }
        #expect(hold(try await bench.finished(Bench.script("exit 0", run: "ALONE")), bench) < 990)
    }

    @Test func aServerThatDiesInABatchKeepsEndsForASecond() async throws {
        let bench = try Bench()
        var live: [LiveRun] = []
        live = try start(runs(3), on: bench) { bench.runner.closeServer() }
        for run in live { #expect(hold(try await bench.finished(run), bench) >= 990) }
        let next = try await bench.finished(Bench.script("exit 0", run: "NEXT"))
        #expect(hold(next, bench) < 990)
    }

    @Test func aWorkerThatCannotStartKeepsNobody() async throws {
        let bench = try Bench()
        var lost = Bench.script("exit 0", run: "LOST")
        lost.directory = bench.root + "/away"
        let live = try start(runs(2) + [lost], on: bench)
        for run in live.dropLast() { #expect(hold(try await bench.finished(run), bench) < 990) }
        #expect(try await bench.finished(live[2]).error?.step == "directory")
    }
}
