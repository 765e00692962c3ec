import CronSchedule
import Daemon
import Glibc
import JobKit
import Ledger
import Logging
import SchedulerCore
import Synchronization
import Testing

/// A loop whose alerts are told to the channel `ops`, with an outbox worker and a receiver that answers as a test wants.
final class AlertBench: Sendable {
    /// What the other side got, and what it answers.
    final class Receiver: Sendable {
        private struct State {
            var got: [(notice: AlertNotice, channel: String)] = []
            var answer: @Sendable (AlertNotice, String) -> DeliveryOutcome? = { _, _ in .delivered }
        }

        private let state = Mutex(State())
        let arrivals: AsyncStream<Void>
        private let arrived: AsyncStream<Void>.Continuation

        init() { (arrivals, arrived) = AsyncStream.makeStream(of: Void.self) }

        /// `occasion key>channel` of each try.
        var told: [String] { state.withLock { $0.got.map { "\($0.notice.occasion.rawValue) \($0.notice.key)>\($0.channel)" } } }
        var deliveries: [RunID] { state.withLock { $0.got.map(\.notice.delivery) } }
        var alerts: [RunID] { state.withLock { $0.got.map(\.notice.alert) } }
        var summaries: [String] { state.withLock { $0.got.map(\.notice.summary) } }
        /// The keys that each try tells of, in order.
        var members: [[String]] { state.withLock { $0.got.map { ($0.notice.members ?? [$0.notice]).map(\.key).sorted() } } }

        /// - Parameter answer: nil = none, until the try is given up.
        func answer(_ answer: @escaping @Sendable (AlertNotice, String) -> DeliveryOutcome?) {
            state.withLock { $0.answer = answer }
        }

        func take(_ notice: AlertNotice, _ channel: String) async -> DeliveryOutcome {
            let answer = state.withLock { state in
                state.got.append((notice, channel))
                return state.answer(notice, channel)
            }
            arrived.yield()
            if let answer { return answer }
            // Ends with its task.
            let (never, continuation) = AsyncStream.makeStream(of: Void.self)
            for await _ in never {}
            continuation.finish()
            return .again(reason: "hung", retryAfter: nil)
        }
    }

    let space: Workspace
    let clock: ManualLoopClock
    let engine: MemoryEngine
    let ledger: Ledger
    let loop: SchedulerLoop
    let receiver = Receiver()
    let worker: OutboxWorker
    let outboxClock: ManualLoopClock

    init(
        _ jobs: [JobDefinition], space: Workspace? = nil, routing change: (inout AlertRouting) -> Void = { _ in },
        now: Instant? = nil, repeats: [String: Duration] = [:]
    ) async throws {
        let now = try now ?? at("10:00:30")
        self.space = try space ?? Workspace()
        clock = ManualLoopClock(now: now)
        let outboxClock = ManualLoopClock(now: now)
        self.outboxClock = outboxClock
        engine = MemoryEngine(clock: clock)
        ledger = try self.space.ledger(at: now)
        var routing = AlertRouting()
        routing.channels = ["ops"]
        change(&routing)
        let book = AlertBook(routing: routing, host: "box", alerts: try ledger.alerts(), silences: try ledger.silences(at: now))
        loop = try await self.space.loop(
            jobs, ledger: ledger, engine: engine, clock: clock,
            alerts: AlertParts(book: book, noticesDue: { outboxClock.nudge() }))
        let receiver = receiver
        worker = OutboxWorker(
            ledger: ledger, loop: loop, clock: outboxClock, repeats: repeats, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { await receiver.take($0, $1) }
    }

    func advance(by duration: Duration) {
        clock.advance(by: duration)
        outboxClock.advance(by: duration)
    }

    /// Lets a run of the next slot end.
    func run(_ cause: RunVerdict.Cause, change: (inout AttemptEnd) -> Void = { _ in }) async throws {
        advance(by: .seconds(60))
        await loop.pass()
        let run = try #require(engine.started.last)
        let done = engine.finished.count
        engine.end(run, cause: cause, change: change)
        try await loop.passUntil { [engine] in engine.finished.count > done }
    }

    /// Waits until so many tries arrived.
    func arrivals(_ count: Int) async {
        guard count > receiver.told.count else { return }
        for await _ in receiver.arrivals where receiver.told.count >= count { return }
    }

    /// Waits until the ledger holds what a test waits for.
    func settled(_ condition: @Sendable () throws -> Bool) async throws {
        // A ledger that another connection holds keeps its writer waiting for seconds: looks alone pass faster than that.
        for _ in 0..<30_000 {
            if try condition() { return }
            poll(nil, 0, 1)
            await Task.yield()
        }
        Issue.record("the outbox did not settle: \(receiver.told)")
    }

    /// Waits until a try has failed and the worker waits for the next one: no channel is being told anything then.
    func rested() async throws {
        try await settled { [self] in
            let row = try ledger.notices(limit: 1).first
            return row?.tries == receiver.told.count && outboxClock.alarm.map { $0 > outboxClock.now() } ?? false
        }
    }

    /// Does something while the worker works.
    func working(_ body: () async throws -> Void) async throws {
        let work = Task { [worker] in await worker.work() }
        try await body()
        work.cancel()
        outboxClock.nudge()
        await work.value
    }
}
