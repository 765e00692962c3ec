import Foundation
import JobKit
import Synchronization
import Testing

@testable import BackupJob

/// What a run tells while it goes on, and how fast it may read.
@Suite struct ProgressTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func progress() -> [WireEvent.Progress] {
        bench.events.withLock { events in
            events.compactMap { event in
                if case .progress(let progress) = event { return progress }
                return nil
            }
        }
    }

    @Test func aRateIsALowerBoundOfTimeAndTheRunTellsHowFarItIs() async throws {
        try bench.scratch.shell(
            "head -c 3000000 /dev/urandom > tree/large; for i in $(seq 100); do head -c 5000 /dev/urandom > tree/$i; done")
        let settings = bench.settings(#""read_rate":"1M""#)
        let clock = ContinuousClock()
        let first = try await clock.measure { _ = try await bench.run(settings).get() }
        // 3,500,000 bytes at 1,048,576 a second, a quarter of a second's worth at once.
        #expect(first >= .seconds(3))
        let unknown = progress()
        #expect(unknown.count >= 2 && unknown.dropLast().allSatisfy { $0.total == nil && $0.unit == "bytes" }, "\(unknown)")
        #expect(Duration.milliseconds(500) * (unknown.count - 2) <= first, "more often than twice a second")
        #expect(unknown.last == .init(done: 3_500_000, total: 3_500_000, unit: "bytes"))
        bench.events.withLock { $0 = [] }
        try bench.scratch.shell("head -c 1000000 /dev/urandom > tree/new")
        _ = try await bench.run(settings).get()
        let known = progress()
        #expect(known.dropLast().allSatisfy { ($0.total ?? 0) >= 3_500_000 && $0.done <= ($0.total ?? 0) * 0.991 }, "\(known)")
        #expect(zip(known, known.dropFirst()).allSatisfy { $0.done <= $1.done })
        #expect(known.last?.total == 4_500_000)
    }

    @Test func whoWaitsForTheRateStopsAtOnce() throws {
        let settings = try Bench.read(bench.settings(#""read_rate":"64K""#)).0
        let wire = try WireCoding.decoder().decode(WireRequest.self, from: Data(bench.request(bench.settings()).utf8))
        let stop = StopFlag()
        let meter = ReadMeter(settings, JobContext(request: wire, environment: [:]) { _ in }, stop, isIncrement: false)
        let clock = ContinuousClock()
        let time = clock.measure {
            // An hour's worth.
            Thread.detachNewThread { stop.raise() }
            meter.noteRead(64 * 1024 * 3600)
        }
        #expect(time < .seconds(600))
    }

    @Test(
        "an estimate that is too small grows, so that nothing seems done before it is",
        arguments: [(0.0, 0.0, 0.0), (100, 50, 100), (100, 99, 100), (100, 100, 101.01), (100, 250, 252.53)])
    func total(expected: Double, done: Double, total: Double) {
        #expect(abs(ProgressReporter.total(expected: expected, done: done) - total) < 0.01)
    }

    @Test func eventsBecomeRarerInALongRunAndNeverRarerThanEachFiveSeconds() {
        let begun = ContinuousClock().now
        var pace = ProgressPace(from: begun)
        var due: [Int] = []
        for tenth in 0..<100_000 where pace.isDue(at: begun + .milliseconds(100 * tenth)) { due.append(tenth) }
        #expect(due.prefix(3) == [5, 10, 15])
        #expect(zip(due, due.dropFirst()).allSatisfy { 5...50 ~= $1 - $0 })
        #expect(due.count < 3000, "\(due.count) events in 10,000 s")
        #expect(due.suffix(2).reduce(0) { $1 - $0 } == 50)
    }

    @Test func aBucketHoldsAQuarterOfASecondsWorth() {
        let begun = ContinuousClock().now
        var limit = ReadLimit(ByteCount(1000), from: begun)
        #expect(limit.pause(after: 250, at: begun) == .zero)
        #expect(limit.pause(after: 500, at: begun) == .milliseconds(500))
        #expect(limit.pause(after: 0, at: begun + .milliseconds(500)) == .zero)
        // An hour without reading saves up no more.
        #expect(limit.pause(after: 1250, at: begun + .seconds(3600)) == .seconds(1))
    }
}
