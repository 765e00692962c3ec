import FileTree
import Glibc
import JobKit

/// Ends restores in place that were killed: what they swapped is taken back, so that no mixture of old and new stays.
struct SwapRecovery {
    let context: JobContext
    let service: ServiceHooks

    /// Looks into the workspaces, and into those that their journals lead to.
    /// - Returns: whether there was anything to end.
    func recover(_ workspaces: inout Workspaces) throws(BackupError) -> Bool {
        var found = false
        for workspace in workspaces.all {
            for journal in try SwapJournal.all(in: workspace.held, at: workspace.path) {
                found = true
                try recover(journal, &workspaces)
            }
        }
        return found
    }

    /// What a restore would end first, in words; changes nothing.
    func announce(_ workspaces: Workspaces) throws(BackupError) {
        for workspace in workspaces.all {
            for journal in try SwapJournal.all(in: workspace.held, at: workspace.path) {
                context.log(.warning, "a restore of point \(journal.point) was killed; the next one takes back what it swapped")
            }
        }
    }

    private func recover(_ journal: SwapJournal, _ workspaces: inout Workspaces) throws(BackupError) {
        let first = try workspaces.at(PathBytes(journal.first))
        for path in journal.workspaces.dropFirst() { _ = try workspaces.at(PathBytes(path)) }
        guard try journal.counts(in: first) else { return try journal.remove(from: workspaces) }
        let swaps = try journal.entries.map { entry throws(BackupError) in try swap(entry, &workspaces) }
        let backs = try takeBack(swaps, journal)
        try journal.remove(from: workspaces)
        let names = swaps.map { "\($0.path)" }.joined(separator: ", ")
        context.log(
            .warning,
            "a restore of point \(journal.point) by job \(journal.job) was killed: \(backs == 0 ? "nothing was swapped yet" : "it is taken back"), "
                + "\(names) \(swaps.count == 1 ? "is" : "are") as before")
        // It may have been killed between the two hooks.
        if let problem = service.start() { context.log(.error, "\(problem); start it by hand") }
    }

    private func swap(_ entry: SwapJournal.Entry, _ workspaces: inout Workspaces) throws(BackupError) -> Swap {
        let workspace = try workspaces.at(PathBytes(entry.workspace))
        do throws(FileTreeError) {
            return Swap(
                parent: try HeldDescriptor.folder(at: PathBytes(entry.parent)), name: PathBytes(entry.name), workspace: workspace.held,
                kept: PathBytes(entry.kept), made: entry.made, replaces: entry.replaces,
                path: PathBytes(entry.parent).appending(PathBytes(entry.name)))
        } catch {
            throw .destination(error)
        }
    }

    private func takeBack(_ swaps: [Swap], _ journal: SwapJournal) throws(BackupError) -> Int {
        var backs = 0
        for swap in swaps.reversed() {
            do throws(FileTreeError) {
                if try swap.isDone { backs += 1 }
                try swap.takeBack()
                try swap.discard()
            } catch {
                throw .refused(
                    JobFailure(
                        "a restore of point \(journal.point) was killed, and \(swap.path) cannot be taken back: \(error.reason)",
                        in: "restore",
                        fix:
                            "compare \(swap.path) with \(swap.kept) beside it, choose one, and remove \(journal.fileName) from \(journal.first)",
                        retry: .cannotHelp))
            }
        }
        return backs
    }
}
