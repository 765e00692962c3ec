import FileTree
import FoundationEssentials
import Glibc
import JobKit

/// Swaps trees that are ready, all of them or none: what fails on the way, or afterwards in the program that uses them, takes all back.
struct SwapTransaction {
    let point: String
    let staged: [StagedTree]
    let workspaces: Workspaces
    let service: ServiceHooks
    let stop: StopFlag
    let context: JobContext
    let observe: @Sendable (RestoreStep) -> Void

    func carryOut() throws(BackupError) {
        let journal = journal()
        let swaps = staged.map(\.swap)
        try journal.write(
            journal.workspaces.compactMap { path in
                staged.first { $0.target.workspace.path == PathBytes(path) }.map { ($0.target.workspace, $0.folder.held) }
            })
        observe(.journalWritten)
        if let problem = service.stop(stop) {
            try end(journal, because: problem, swaps, "nothing was changed")
        }
        observe(.stopped)
        do throws(FileTreeError) {
            for one in staged { try one.prepare() }
            observe(.prepared)
            for swap in swaps {
                try swap.setAside()
                observe(.setAside)
                try swap.exchange()
                observe(.swapped)
            }
        } catch {
            try end(
                journal, because: "\(error)", swaps, "all is as it was",
                fix: Self.fix(for: error))
        }
        if let problem = service.start() ?? service.check(stop) {
            // Whatever came up with the new trees must not write to the old ones.
            if let another = service.stop(nil) { context.log(.warning, another) }
            try end(journal, because: problem, swaps, "the restore is taken back, and all is as it was")
        }
        observe(.started)
        try journal.remove(from: workspaces)
        observe(.committed)
    }

    private static func fix(for error: FileTreeError) -> String? {
        switch error.code {
        case EINVAL, EXDEV: "this file system cannot swap two trees: restore with --to, and move things over"
        case EACCES, EPERM:
            "give the user of this process write permission to it and to the folder that holds it, or run it as root with --local"
        default: nil
        }
    }

    private func journal() -> SwapJournal {
        SwapJournal(
            id: PointID(at: Date.now).description, point: point, job: context.job, started: Date.now,
            first: staged.first?.target.workspace.path.text ?? "", entries: staged.map(\.journalEntry))
    }

    /// Takes all back, starts what was stopped, and fails. What cannot be removed afterwards keeps nothing from being started.
    private func end(_ journal: SwapJournal, because problem: String, _ swaps: [Swap], _ state: String, fix: String? = nil)
        throws(BackupError) -> Never
    {
        for swap in swaps.reversed() {
            do throws(FileTreeError) {
                try swap.takeBack()
            } catch {
                throw .refused(
                    JobFailure(
                        "\(problem); and \(swap.path) could not be taken back: \(Swap.reason(error))", in: "restore",
                        fix:
                            "start the restore again, or acore-sched backup restore --purge: it tries once more; nothing is removed until then",
                        retry: .mayHelp))
            }
        }
        var message = "\(problem); \(state)"
        for left in leftOvers(swaps, journal) { message += "; \(left)" }
        if let another = service.start() { message += "; and then \(another)" }
        throw .refused(
            JobFailure(message, in: "restore", fix: fix ?? "correct that, and restore again; the point is whole", retry: .mayHelp))
    }

    /// Removes what was made.
    /// - Returns: a sentence for each thing that stays.
    private func leftOvers(_ swaps: [Swap], _ journal: SwapJournal) -> [String] {
        var left: [String] = []
        for swap in swaps.reversed() {
            do throws(FileTreeError) {
                try swap.discard()
            } catch {
                left.append(
                    "what was made of \(swap.path) could not be removed, and acore-sched backup restore --purge tries again: \(error)")
            }
        }
        do throws(BackupError) {
            try journal.remove(from: workspaces)
        } catch {
            left.append("\(journal.fileName) could not be removed, and the next restore takes it for one that was killed: \(error)")
        }
        return left
    }
}
