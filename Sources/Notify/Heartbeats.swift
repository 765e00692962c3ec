import Synchronization
import Transfer

/// Delivers pings in the background: in order for each job, a few jobs at once, each ping a few times. Who submits never waits.
package final class Heartbeats: Sendable {
    /// Pings that wait or are under way, at most; more are dropped, and that is said.
    package static let waitingBound = 1000
    /// Jobs whose pings are under way at once.
    package static let lanes = 8
    /// Tries of one ping are done within a minute: ``timeout`` each, with these pauses between them.
    package static let standardPauses: [Duration] = [.seconds(2), .seconds(10)]
    package static let timeout = Duration.seconds(10)
    /// An answer is a word; nobody reads it.
    private static let answerBound = 64 * 1024

    private struct State {
        /// By job, in order; a job under way keeps its first one here until that is done.
        var queues: [String: [Heartbeat]] = [:]
        /// Jobs with pings that no lane has taken, in the order in which they came.
        var ready: [String] = []
        var lanes: [Int: Task<Void, Never>] = [:]
        var nextLane = 0
        var count = 0
        var isClosed = false
        var idle: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())
    private let transfer = HTTPTransfer()
    private let userAgent: String
    private let pauses: [Duration]
    private let timeout: Duration
    private let clock: any Clock<Duration>
    private let report: @Sendable (HeartbeatProblem) -> Void

    /// - Parameter report: hears of each ping that is given up, from any thread.
    package init(
        userAgent: String, pauses: [Duration] = standardPauses, timeout: Duration = timeout,
        clock: any Clock<Duration> = ContinuousClock(), report: @escaping @Sendable (HeartbeatProblem) -> Void
    ) {
        self.userAgent = userAgent
        self.pauses = pauses
        self.timeout = timeout
        self.clock = clock
        self.report = report
        HTTPTransfer.prepare()
    }

    /// Takes a ping and returns at once.
    package func submit(_ heartbeat: Heartbeat) {
        let refusal: (reason: String, fix: String)? = state.withLock { state in
            guard !state.isClosed else { return ("the program is about to end", "see acore-sched history \(heartbeat.job)") }
            guard state.count < Self.waitingBound else {
                return ("\(state.count) pings wait already", "look whether the other side is well")
            }
            state.count += 1
            if state.queues[heartbeat.job] == nil { state.ready.append(heartbeat.job) }
            state.queues[heartbeat.job, default: []].append(heartbeat)
            if state.lanes.count < Self.lanes {
                let lane = state.nextLane
                state.nextLane += 1
                // Owned by this queue: it ends when nothing waits, or at the latest in finish(within:).
                state.lanes[lane] = Task { await self.work(lane) }
            }
            return nil
        }
        if let refusal { tell(heartbeat, refusal.reason, refusal.fix) }
    }

    /// Waits until all is delivered or given up, at most `patience`, and takes nothing more. What is left then is told of.
    package func finish(within patience: Duration) async {
        let (idle, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { state in
            state.isClosed = true
            if state.lanes.isEmpty { continuation.finish() } else { state.idle.append(continuation) }
        }
        let timer = Task { [clock] in
            do {
                try await clock.sleep(for: patience)
                continuation.finish()
            } catch {
                return  // cancelled: everything is delivered
            }
        }
        for await _ in idle {}
        timer.cancel()
        let (lanes, left) = state.withLock { state in
            defer { state.queues = [:] }
            state.ready = []
            return (Array(state.lanes.values), state.queues.values.flatMap(\.self).sorted { $0.run < $1.run })
        }
        for lane in lanes { lane.cancel() }
        for heartbeat in left { tell(heartbeat, "there was no more time", "look whether the other side is well") }
    }

    private func work(_ lane: Int) async {
        while let job = nextJob(lane) {
            while let heartbeat = state.withLock({ $0.queues[job]?.first }) {
                let outcome = await deliver(heartbeat)
                guard !Task.isCancelled else { break }
                if case .again(let reason, let fix) = outcome { tell(heartbeat, reason, fix) }
                if case .refused(let reason, let fix) = outcome { tell(heartbeat, reason, fix) }
                remove(heartbeat)
            }
        }
    }

    /// - Returns: nil when nothing waits: then the lane is gone.
    private func nextJob(_ lane: Int) -> String? {
        state.withLock { state in
            guard !state.ready.isEmpty else {
                state.lanes[lane] = nil
                if state.lanes.isEmpty {
                    for waiter in state.idle { waiter.finish() }
                    state.idle = []
                }
                return nil
            }
            return state.ready.removeFirst()
        }
    }

    private func remove(_ heartbeat: Heartbeat) {
        state.withLock { state in
            guard var queue = state.queues[heartbeat.job], !queue.isEmpty else { return }
            queue.removeFirst()
            state.count -= 1
            state.queues[heartbeat.job] = queue.isEmpty ? nil : queue
        }
    }

    private func deliver(_ heartbeat: Heartbeat) async -> HeartbeatAttempt {
        var request = HTTPRequest("POST", heartbeat.url)
        request.headers = [("User-Agent", userAgent), ("Content-Type", "text/plain; charset=utf-8")]
        request.body = heartbeat.body()
        request.connectTimeout = timeout
        request.timeout = timeout
        request.maximumBodyBytes = Self.answerBound
        var outcome = await send(request)
        for pause in pauses {
            guard case .again = outcome else { return outcome }
            do {
                try await clock.sleep(for: pause)
            } catch {
                return outcome
            }
            outcome = await send(request)
        }
        return outcome
    }

    private func send(_ request: HTTPRequest) async -> HeartbeatAttempt {
        do throws(TransferError) {
            return HeartbeatAttempt(status: try await transfer.send(request).status, place: request.place)
        } catch {
            return HeartbeatAttempt(error)
        }
    }

    private func tell(_ heartbeat: Heartbeat, _ reason: String, _ fix: String) {
        report(HeartbeatProblem(job: heartbeat.job, run: heartbeat.run, reason: reason, fix: fix))
    }
}
