import Dispatch
package import FoundationEssentials
import Glibc
package import JobKit

/// Stores folders of this machine as points of a repository that stock tools restore.
package struct BackupJob: VerbJob {
    package typealias Settings = BackupSettings

    package static let kind: JobKind = "backup"
    package static let summary = "stores folders, SQLite databases included, as archives that tar and zstd restore"

    package static let shared = BackupSettings.shared

    private let settings: BackupSettings
    private let now: @Sendable () -> Date
    private let observe: @Sendable (WriteStep) -> Void
    private let observeRestore: @Sendable (RestoreStep) -> Void

    package init(settings: BackupSettings) {
        self.init(settings: settings, now: { Date.now }, observe: { _ in })
    }

    /// As `init(settings:)`, with the calendar and someone who is told of each step.
    package init(
        settings: BackupSettings, now: @escaping @Sendable () -> Date, observe: @escaping @Sendable (WriteStep) -> Void,
        observeRestore: @escaping @Sendable (RestoreStep) -> Void = { _ in }
    ) {
        self.settings = settings
        self.now = now
        self.observe = observe
        self.observeRestore = observeRestore
    }

    package func run(in context: JobContext) async throws(JobFailure) -> JobReport {
        if settings.isDrill { return try await answer(VerbCall(verb: "drill", arguments: []) { _ in }, in: context) }
        let (settings, now, observe) = (settings, now, observe)
        return try await onItsOwnThread { stop throws(BackupError) in
            let run = BackupRun(settings: settings, context: context, stop: stop, now: now, observe: observe)
            return try context.dryRun ? DryRun(run: run).report() : run.run()
        }
    }

    package static let verbs = BackupVerb.allCases.map(\.description)

    package func answer(_ call: VerbCall, in context: JobContext) async throws(JobFailure) -> JobReport {
        guard let verb = BackupVerb(rawValue: call.verb) else {
            throw JobFailure("backup has no verb \(call.verb)", in: "verb", fix: "see acore-sched backup --help", retry: .cannotHelp)
        }
        let set = settings.set ?? BackupSettings.setName(from: context.job)
        let (settings, now, observe) = (settings, now, observeRestore)
        return try await onItsOwnThread { stop throws(BackupError) in
            let work = VerbWork(settings: settings, set: set, call: call, context: context, stop: stop, now: now, observe: observe)
            return try work.answer(verb)
        }
    }

    private func onItsOwnThread(_ work: @escaping @Sendable (StopFlag) throws(BackupError) -> JobReport) async throws(JobFailure)
        -> JobReport
    {
        let stop = StopFlag()
        // A limit of file sizes is an error of the call that writes, not the end of the process.
        signal(SIGXFSZ, SIG_IGN)
        let result = await withTaskCancellationHandler {
            // Reading and compressing block: they get a thread that nobody else waits for.
            await withCheckedContinuation { continuation in
                DispatchQueue(label: "backup").async {
                    continuation.resume(returning: Result { () throws(BackupError) in try work(stop) })
                }
            }
        } onCancel: {
            stop.raise()
        }
        switch result {
        case .success(let report): return report
        case .failure(let error): throw failure(error)
        }
    }

    // long: what to do about each error.
    private func failure(_ error: BackupError) -> JobFailure {
        switch error {
        case .refused(let failure): failure
        case _ where error.isTooLarge:
            JobFailure(
                "\(error), in \(settings.repository)", in: "archive",
                fix: "raise the limit of file sizes (LimitFSIZE= of the unit, ulimit -f), or use a file system that takes larger files",
                retry: .cannotHelp)
        case .stopped:
            JobFailure(
                "stopped before the point was complete; all that was written is removed", in: "backup",
                fix: "start the job again", retry: .mayHelp)
        case .archive(let error):
            JobFailure(
                "\(error), in \(settings.repository)", in: "archive", fix: "check the disk that holds the repository", retry: .mayHelp)
        case .parent(let damage):
            JobFailure(
                "\(damage)", in: "repository", fix: damage.fix ?? "run a full backup, which begins a new chain", retry: .cannotHelp)
        case .damaged(let damage):
            JobFailure(
                "\(damage)", in: "repository",
                fix: damage.fix ?? "restore another point, or that file from another copy of the repository", retry: .cannotHelp)
        case .catalog:
            JobFailure(
                "\(error)", in: "catalog",
                fix:
                    "look at it in \(settings.repository), and remove it: nothing needs it, and find reads the lists of the points without it",
                retry: .cannotHelp)
        case .destination(let error):
            JobFailure(
                "\(error)", in: "restore",
                fix: error.isRefusal
                    ? "add the place to restore to to ReadWritePaths= of the unit, or call the verb with --local as somebody who may write there"
                    : "check the disk and the rights of the place to restore to; what was made is removed",
                retry: error.isRefusal ? .cannotHelp : .mayHelp)
        case .repository(let error):
            JobFailure(
                "\(error)", in: "repository",
                fix: error.isRefusal
                    ? "add \(settings.repository) to ReadWritePaths= of the unit, or run the job as the folder's owner"
                    : "check the disk that holds the repository",
                retry: error.isRefusal ? .cannotHelp : .mayHelp)
        }
    }
}
