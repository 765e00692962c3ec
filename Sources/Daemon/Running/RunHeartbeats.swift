import JobKit
package import Logging
import Notify
package import Runner
package import SchedulerCore

/// Tells the heartbeat addresses of jobs how their runs go.
package struct RunHeartbeats: Sendable {
    private let queue: Heartbeats
    private let programs: [String: ProgramRole]
    private let runner: Runner
    private let secrets: SecretStore
    private let log: Logger

    package init(site: Site, runner: Runner, log: Logger, version: String) {
        queue = Heartbeats(userAgent: "acore-sched/\(version)") { log.warning("\($0)") }
        programs = site.catalog.programRoles
        secrets = SecretStore(directory: site.locations.secretsDirectory)
        self.runner = runner
        self.log = log
    }

    /// Takes a change of a run that is on the disk; returns at once.
    package func observe(_ run: Run, from state: RunState?, of definition: JobDefinition) {
        guard let address = definition.notices.heartbeat,
            let ping = HeartbeatPing.due(for: run, from: state, isProgram: programs[run.kind] != nil)
        else { return }
        let id = run.id
        queue.submit(
            Heartbeat(job: run.job, run: id, ping: ping, address: address) {
                ping == .start ? [] : tail(of: id, definition: definition, address: address)
            })
    }

    /// Waits for what is under way; see ``Heartbeats/finish(within:)``.
    package func finish(within patience: Duration) async { await queue.finish(within: patience) }

    /// Without a secret that cannot be read, its value cannot be taken out: then nothing is sent along.
    private func tail(of run: RunID, definition: JobDefinition, address: String) -> [UInt8] {
        do {
            var values = [Array(address.utf8)]
            for secret in definition.surroundings.secrets { values.append(try secrets.read(secret.source)) }
            return try LogTail(runner: runner, secrets: values).bytes(of: run)
        } catch {
            log.warning("the heartbeat for run \(run) goes without the run's output: \(error)")
            return []
        }
    }
}
