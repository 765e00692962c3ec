package import FoundationEssentials
package import JobKit
import Processes

/// Looks at the machine and what runs on it, and reports each thing's state with the numbers behind it.
package struct HealthJob: VerbJob {
    package typealias Settings = HealthSettings

    package static let kind: JobKind = "health"
    package static let summary = "looks at machine, processes and services, and reports each state with the numbers behind it"
    package static let needs: [KindDescription.Need] = [.lastRuns, .points]
    package static let verbs = HealthVerb.allCases.map(\.description)

    private let settings: HealthSettings
    private let root: String
    private let now: @Sendable () -> Date

    package init(settings: HealthSettings) {
        self.init(settings: settings, root: "", now: { Date.now })
    }

    /// As `init(settings:)`, with another tree than the machine's in front of `/proc`, `/sys` and `/run`, and with the calendar.
    package init(settings: HealthSettings, root: String, now: @escaping @Sendable () -> Date) {
        self.settings = settings
        self.root = root
        self.now = now
    }

    package func run(in context: JobContext) async throws(JobFailure) -> JobReport {
        let file = MemoryFile(folder: context.stateDirectory)
        var memory = recall(file, in: context)
        let results = try await look(with: settings.checks, memory: &memory, in: context) { results in
            for result in results { context.check(result) }
        }
        let kept = context.dryRun || keep(memory, in: file, context)
        return try HealthReport(results).ending(memoryKept: kept)
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
        var memory = recall(MemoryFile(folder: context.stateDirectory), in: context)
        let results = try await look(with: options.checks, memory: &memory, in: context) { _ in }
        let lines = try options.isJSON ? Explanation.json(results) : Explanation.lines(results)
        for line in lines { call.print(line) }
        return HealthReport(results).report
    }

    private func recall(_ file: MemoryFile, in context: JobContext) -> CheckMemory {
        let (memory, complaints) = file.read(for: settings.checks)
        for complaint in complaints { context.log(.warning, complaint) }
        return memory
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
