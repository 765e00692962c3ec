import CronSchedule
import JobKit
package import Logging
package import Runner
package import SchedulerCore

/// A reading verb that the command line carries out itself, with the caller's rights: no run, no row, no launcher.
package struct ReadingVerb: Sendable {
    private let site: Site
    private let state: StateDirectory
    private let clock: SystemLoopClock
    private let log: Logger

    package init(site: Site, log: Logger) throws(DaemonError) {
        self.site = site
        self.log = log
        state = try StateDirectory(path: site.locations.stateDirectory)
        clock = try SystemLoopClock()
        site.keepKinds(in: state, log: log)
    }

    /// Lets `body` start the plugin; the job's secrets are there meanwhile, as they are for a run.
    package func carryOut<Value>(
        _ call: VerbRequest, of definition: JobDefinition, _ body: (ReadingProgram) async throws -> Value
    ) async throws -> Value {
        let now = clock.now()
        let run = Run(
            id: Scheduler.randomRunID(at: now), job: definition.name, kind: definition.kind, trigger: .manual, slot: nil, claimedAt: now,
            dueAt: now, dryRun: definition.dryRun)
        var asCaller = definition
        asCaller.surroundings.runAs = nil
        let runner = try Self.running { () throws(RunnerError) in try Runner.make(site: site, state: state, cgroup: nil) }
        let composer = RunComposer(
            state: state, catalog: site.catalog, secrets: SecretStore(directory: site.locations.secretsDirectory),
            facts: RunFacts(stateDirectory: state.path, runner: runner, catalog: site.catalog, log: log), call: call)
        let request = try composer.compose(run, of: asCaller, now: now)
        defer { clean(request, by: runner) }
        return try await body(try Self.running { () throws(RunnerError) in try runner.prepareReading(request) })
    }

    private func clean(_ request: LaunchRequest, by runner: Runner) {
        do throws(RunnerError) {
            try runner.finishReading(request)
        } catch {
            log.warning("\(error)")
        }
    }

    private static func running<Value>(_ body: () throws(RunnerError) -> Value) throws(DaemonError) -> Value {
        do throws(RunnerError) {
            return try body()
        } catch {
            throw DaemonError("\(error)", fix: "see docs/plugins.md")
        }
    }
}
