import ControlAPI
import ControlClient
import JobFiles
import Logging
import Synchronization

/// The listener while the daemon lives. An address that cannot be had costs the monitors their view, never the schedule.
struct ListenerService: Sendable {
    let address: ListenAddress
    let tellsDetails: Bool
    let observatory: Observatory
    /// Where it is worked on: monitors ask most when everything else waits.
    let thread = SpareThread("monitors")
    let log: Logger

    /// From one try to the next: twice as long each time, up to a minute.
    private static let firstPause = Duration.seconds(2)
    private static let longestPause = Duration.seconds(60)

    /// Serves until the task is cancelled.
    func work() async {
        var pause = Self.firstPause
        observatory.listener = ListenerState(address: "\(address)", trouble: nil)
        while !Task.isCancelled {
            let wasServing = await serve()
            if Task.isCancelled { return }
            if wasServing { pause = Self.firstPause }
            do {
                try await Task.sleep(for: pause)
            } catch {
                // The daemon stops.
                return
            }
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// - Returns: whether it could be asked for a while.
    private func serve() async -> Bool {
        let listener = Listener(
            host: address.host, port: address.port, observed: observatory, isLoopback: address.isLoopback, tellsDetails: tellsDetails,
            thread: thread, log: log)
        let wasServing = Mutex(false)
        do throws(ControlFailure) {
            try await listener.run { _ in
                wasServing.withLock { $0 = true }
                observatory.listener = ListenerState(address: "\(address)", trouble: nil)
                log.notice("monitors can ask at http://\(address)/health, /ready and /metrics")
            }
        } catch {
            if !Task.isCancelled { tell(error) }
        }
        return wasServing.withLock { $0 }
    }

    /// Says why nothing listens: in the log once for each reason, in the status as long as it lasts.
    private func tell(_ failure: ControlFailure) {
        let before = observatory.listener?.trouble
        observatory.listener = ListenerState(address: "\(address)", trouble: failure.problem)
        guard before != failure.problem else { return }
        log.error(
            """
            nothing listens at \(address) for monitors: \(failure.problem); jobs run all the same, and it is tried again; \
            fix: \(failure.fix)
            """)
    }
}
