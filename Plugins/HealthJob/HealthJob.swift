import CLinux
package import FoundationEssentials
package import JobKit
import Processes

/// Looks at the machine and what runs on it, and reports each thing's state with the numbers behind it.
package struct HealthJob: VerbJob {
    package typealias Settings = HealthSettings

    package static let kind: JobKind = "health"
    package static let summary = "looks at machine, processes and services, and reports each state with the numbers behind it"
    package static let needs: [KindDescription.Need] = [.lastRuns, .points, .maintenance]
    package static let verbs = HealthVerb.allCases.map(\.description)

    private let settings: HealthSettings
    private let root: String
    private let now: @Sendable () -> Date
    private let sinceBoot: @Sendable () -> Duration

    package init(settings: HealthSettings) {
        self.init(settings: settings, root: "", now: { Date.now })
    }

    /// As `init(settings:)`, with another tree than the machine's in front of `/proc`, `/sys` and `/run`, and with clocks.
    /// - Parameter sinceBoot: the time by which restarts are counted.
    package init(
        settings: HealthSettings, root: String, now: @escaping @Sendable () -> Date,
        sinceBoot: @escaping @Sendable () -> Duration = { .sinceBoot }
    ) {
        self.settings = settings
        self.root = root
        self.now = now
        self.sinceBoot = sinceBoot
    }

    package func run(in context: JobContext) async throws(JobFailure) -> JobReport {
        // Each check's thread has a heap of its own, which would else grow by a page at a time.
        linux_keep_memory()
        let file = MemoryFile(folder: context.stateDirectory)
        let lock = settings.remediation == nil || context.dryRun ? nil : RemediationLock.take(in: context.stateDirectory)
        defer { withExtendedLifetime(lock) {} }
        let remembered = recall(file, in: context)
        var memory = remembered.memory
        let results = try await look(with: settings.checks, memory: &memory, in: context) { results in
            for result in results { context.check(result) }
        }
        if case .failure(let refusal) = lock {
            // What is to be kept, that run keeps.
            return try HealthReport(results + leave(because: "\(refusal)", in: context)).ending(memoryKept: true)
        }
        let (acted, kept) = await act(on: results, .init(memory: memory, isWhole: remembered.isWhole), in: context) {
            keep($0, in: file, context)
        }
        return try HealthReport(results + acted).ending(memoryKept: kept)
    }

    package func answer(_ call: VerbCall, in context: JobContext) async throws(JobFailure) -> JobReport {
        guard let verb = HealthVerb(rawValue: call.verb) else {
            throw JobFailure("health has no verb \(call.verb)", in: "verb", fix: "see acore-sched health --help", retry: .cannotHelp)
        }
        switch verb {
        case .explain: return try await explain(call, in: context)
        }
    }

    private func explain(_ call: VerbCall, in context: JobContext) async throws(JobFailure) -> JobReport {
        let options = try ExplainOptions(call.arguments, checks: settings.checks)
        var memory = recall(MemoryFile(folder: context.stateDirectory), in: context).memory
        let results = try await look(with: options.checks, memory: &memory, in: context) { _ in }
        let lines = try options.isJSON ? Explanation.json(results) : Explanation.lines(results)
        for line in lines { call.print(line) }
        return HealthReport(results).report
    }

    /// What earlier runs left, and whether all of it could be understood.
    private struct Remembered {
        var memory: CheckMemory
        var isWhole: Bool
    }

    private func recall(_ file: MemoryFile, in context: JobContext) -> Remembered {
        let (memory, complaints) = file.read(for: settings.checks)
        for complaint in complaints { context.log(.warning, complaint) }
        return Remembered(memory: memory, isWhole: complaints.isEmpty)
    }

    /// Does what the settings say about units whose checks stay critical, and keeps what is to be remembered.
    private func act(
        on results: [WireEvent.Check], _ remembered: Remembered, in context: JobContext, keep: (CheckMemory) -> Bool
    ) async -> (results: [WireEvent.Check], kept: Bool) {
        guard let remediation = settings.remediation else { return ([], context.dryRun || keep(remembered.memory)) }
        let moment = RestartMoment(boot: CheckScene.bootID(below: root), up: sinceBoot().inSeconds)
        let known = remembered.memory[RemediationSettings.name] as? RemediationMemory
        var memory = known ?? RemediationMemory()
        if known == nil, !remembered.isWhole { memory.lost = moment }
        let sight = RemedySight(results: results, maintenance: context.facts?.maintenance, now: moment)
        var isKept = true
        let acted = await Remediation(settings: remediation, sight: sight, context: context, now: now).carryOut(&memory) { memory in
            isKept = keep(remembered.memory.merging([RemediationSettings.name: memory]) { _, new in new })
            return isKept
        }
        for result in acted { context.check(result) }
        return (acted, isKept)
    }

    private func leave(because reason: String, in context: JobContext) -> [WireEvent.Check] {
        guard let remediation = settings.remediation else { return [] }
        context.log(.warning, "no unit is restarted: \(reason)")
        let results = Remediation.none(remediation, because: reason)
        for result in results { context.check(result) }
        return results
    }

    private func keep(_ memory: CheckMemory, in file: MemoryFile, _ context: JobContext) -> Bool {
        do throws(MemoryFileError) {
            try file.write(memory)
            return true
        } catch {
            context.log(.warning, "\(error)")
            return false
        }
    }

    private func look(
        with checks: [any HealthCheck], memory: inout CheckMemory, in context: JobContext,
        each: @escaping @Sendable ([WireEvent.Check]) -> Void
    ) async throws(JobFailure) -> [WireEvent.Check] {
        let runner = CheckRunner(scene: CheckScene(of: context, root: root, now: now()))
        let remembered = memory
        let looked: CheckRunner.Looked? = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<CheckRunner.Looked?, Never>) in
                // The runner waits with its thread: it gets one that nobody else waits for.
                let started = OwnThread.start {
                    continuation.resume(returning: runner.run(checks, memory: remembered, each: each))
                }
                if !started { continuation.resume(returning: nil) }
            }
        } onCancel: {
            runner.stop()
        }
        guard let looked else {
            throw JobFailure(
                "no thread could be started", in: "checks", fix: "raise limits.pids_max of the job, or TasksMax= of the unit",
                retry: .mayHelp)
        }
        memory = looked.memory
        if looked.isStopped {
            throw JobFailure("stopped before all checks had looked", in: "checks", fix: "run it again", retry: .mayHelp)
        }
        return looked.results
    }
}
