import CronSchedule
import Daemon
import Foundation
import JobKit
import Ledger
import Logging
import SchedulerCore
import Testing

/// A fresh folder with a ledger, and loops over it.
final class Workspace: Sendable {
    let path: String

    init(path: String? = nil) throws {
        self.path = path ?? NSTemporaryDirectory() + "/daemon-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
    }

    func ledger(at now: Instant) throws -> Ledger { try Ledger.open(in: path, now: now).ledger }

    /// A program in shell.
    func program(_ script: String) throws -> String {
        let file = path + "/worker"
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: file + ".text"))
        // Another process makes the program: a child that other tests spawn could hold our descriptor, and then it is "busy".
        let copy = try Process.run(URL(filePath: "/usr/bin/install"), arguments: ["-m", "755", file + ".text", file])
        copy.waitUntilExit()
        return file
    }

    /// A loop over `ledger` with one job or more, begun.
    func loop(
        _ jobs: [JobDefinition], ledger: Ledger, engine: MemoryEngine, clock: ManualLoopClock, service: ServiceNotifier = .silent,
        limits: Admission.Limits = .init(), meter: LoopMeter = LoopMeter(), alerts: AlertParts = AlertParts()
    ) async throws -> SchedulerLoop {
        let surroundings = Scheduler.Surroundings(
            host: "host", bootID: "boot-1", limits: limits,
            programs: [
                "command": ProgramRole(argv: "argv", shell: "shell", directory: "directory", stdin: "stdin", exitCodes: "exit_codes")
            ])
        let scheduler = Scheduler(surroundings: surroundings, past: try Scheduler.Past(ledger), now: clock.now(), elapsed: clock.elapsed())
        let loop = SchedulerLoop(
            scheduler: scheduler, ledger: ledger, engine: engine, clock: clock,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            service: service, meter: meter, alerts: alerts)
        let zone = try SystemTimeZone.named("UTC")
        try await loop.begin(with: try jobs.map { try ScheduledJob(definition: $0, zone: zone) })
        return loop
    }

    static func job(_ name: String, schedule: String..., change: (inout JobDefinition) -> Void = { _ in }) -> JobDefinition {
        var definition = JobDefinition(name: name, kind: "command", timing: Timing(schedules: schedule))
        change(&definition)
        return definition
    }
}

/// A time of 2027-01-15, UTC.
func at(_ time: String) throws -> Instant { try #require(Instant(iso8601: "2027-01-15T\(time)Z")) }
