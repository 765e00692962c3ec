package import JobFiles
package import Logging
import Notify
import SchedulerCore

/// Tells an address outside that this daemon works: the one alert that it cannot give itself is of its own end.
///
/// A ping follows a whole pass of the scheduler with a row that is on the disk; where that fails it says so, with the reason. A daemon that
/// stops says nothing: whoever listens notices the silence.
package struct DaemonHeartbeat: Sendable {
    private let settings: HeartbeatSettings
    private let secrets: SecretReader
    private let queue: Heartbeats
    private let loop: SchedulerLoop
    private let clock: any Clock<Duration>
    private let log: Logger

    /// - Parameter clock: for the time between two pings.
    package init(
        _ settings: HeartbeatSettings, site: Site, loop: SchedulerLoop, clock: any Clock<Duration> = ContinuousClock(), log: Logger,
        version: String
    ) {
        self.settings = settings
        secrets = SecretReader(site)
        queue = Heartbeats(userAgent: "acore-sched/\(version)") { log.warning("\($0)") }
        self.loop = loop
        self.clock = clock
        self.log = log
    }

    /// Works until the task is cancelled.
    package func work() async {
        ping(.start)
        while !Task.isCancelled {
            await beat()
            do {
                try await clock.sleep(for: settings.interval)
            } catch {
                break  // the daemon ends
            }
        }
        await queue.finish(within: .zero)
    }

    private func beat() async {
        do throws(DaemonError) {
            try await loop.beat()
            ping(.success)
        } catch {
            ping(.failure, saying: "\(error.problem)\n")
        }
    }

    private func ping(_ ping: HeartbeatPing, saying text: String = "") {
        do throws(ChannelProblem) {
            let address = try secrets.url(settings.url, of: "heartbeat.url")
            let now = Machine.now / 1_000_000
            queue.submit(
                Heartbeat(job: AlertKey.ownJob, run: RunID(milliseconds: now), ping: ping, address: address) { Array(text.utf8) })
        } catch {
            log.warning("the daemon's own heartbeat is not sent: \(error.reason)")
        }
    }
}
