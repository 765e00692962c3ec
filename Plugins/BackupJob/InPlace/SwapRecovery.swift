import FileTree
import Glibc
import JobKit

/// Ends restores in place that were killed: what they swapped is taken back, so that no mixture of old and new stays.
struct SwapRecovery {
    let context: JobContext
    let service: ServiceHooks

    /// Looks into the workspaces, and into those that their journals lead to; a dry run changes nothing.
    /// - Returns: what becomes of each tree.
    func end(_ workspaces: inout Workspaces) throws(BackupError) -> [WayBack] {
        var ways: [WayBack] = []
        var seen: Set<String> = []
        for workspace in workspaces.all {
            for journal in try SwapJournal.all(in: workspace.held, at: workspace.path) where seen.insert(journal.id).inserted {
                ways += try end(journal, &workspaces)
            }
        }
        return ways
    }

    private func end(_ journal: SwapJournal, _ workspaces: inout Workspaces) throws(BackupError) -> [WayBack] {
        let first = try workspaces.at(PathBytes(journal.first))
        for path in journal.workspaces.dropFirst() { _ = try workspaces.at(PathBytes(path)) }
        guard try journal.counts(in: first) else {
            if !context.dryRun { try journal.remove(from: workspaces) }
            return []
        }
        let swaps = try journal.entries.map { entry throws(BackupError) in (entry, try swap(entry, &workspaces)) }
        let ways = try swaps.map { entry, swap throws(BackupError) in try WayBack(swap, in: PathBytes(entry.workspace)) }
        if !context.dryRun {
            // Whatever came up with the new trees would go on writing to them, and must not come upon the old ones half way.
            if ways.contains(where: { $0.keptAs != nil }), let problem = service.stop(nil) { context.log(.warning, problem) }
            try takeBack(swaps.map(\.1), journal)
        }
        // Before the journal goes: afterwards nobody could tell what was kept.
        tell(of: ways, journal)
        guard !context.dryRun else { return ways }
        try journal.remove(from: workspaces)
        // It may have been killed between the two hooks.
        if let problem = service.start() { context.log(.error, "\(problem); start it by hand") }
        return ways
    }

    private func tell(of ways: [WayBack], _ journal: SwapJournal) {
        let names = ways.map { "\($0.path)" }.joined(separator: ", ")
        let kept = ways.compactMap(\.keptAs).map(\.description).joined(separator: ", ")
        var line = "a restore of point \(journal.point) by job \(journal.job) was killed: "
        if context.dryRun {
            line += kept.isEmpty ? "nothing was swapped yet" : "it would be taken back first"
        } else {
            line += "\(kept.isEmpty ? "nothing was swapped yet" : "it is taken back"), \(names) \(ways.count == 1 ? "is" : "are") as before"
        }
        if !kept.isEmpty { line += "; what was in place since \(context.dryRun ? "would be" : "is") kept as \(kept)" }
        context.log(.warning, line)
    }

    private func swap(_ entry: SwapJournal.Entry, _ workspaces: inout Workspaces) throws(BackupError) -> Swap {
        let workspace = try workspaces.at(PathBytes(entry.workspace))
        do throws(FileTreeError) {
            return Swap(
                parent: try HeldDescriptor.folder(at: PathBytes(entry.parent)), name: PathBytes(entry.name), workspace: workspace.held,
                kept: PathBytes(entry.kept), back: PathBytes(entry.back), made: entry.made, replaces: entry.replaces,
                permissions: entry.permissions, companions: entry.companions, path: PathBytes(entry.parent).appending(PathBytes(entry.name))
            )
        } catch {
            throw .destination(error)
        }
    }

    private func takeBack(_ swaps: [Swap], _ journal: SwapJournal) throws(BackupError) {
        for swap in swaps.reversed() {
            do throws(FileTreeError) {
                try swap.takeBack()
                try swap.settleMode()
            } catch {
                throw .refused(
                    JobFailure(
                        "a restore of point \(journal.point) was killed, and \(swap.path) cannot be taken back: \(Swap.reason(error))",
                        in: "restore",
                        fix:
                            "compare \(swap.path) with \(swap.kept) and \(swap.back) beside it, choose one, and remove \(journal.fileName) "
                            + "from \(journal.first)",
                        retry: .cannotHelp))
            }
            do throws(FileTreeError) {
                try swap.discardUnused()
            } catch {
                context.log(
                    .warning, "what a killed restore made beside \(swap.path) could not be removed, and --purge tries again: \(error)")
            }
        }
    }
}
