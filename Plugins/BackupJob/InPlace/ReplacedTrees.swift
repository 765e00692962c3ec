import FileTree
import JobKit

/// The trees that restores in place of the job's sources replaced.
struct ReplacedTrees {
    let settings: BackupSettings
    let context: JobContext
    let print: (String) -> Void

    /// Removes them; a restore that was killed is ended first.
    func purge() throws(BackupError) -> JobReport {
        guard !settings.sources.isEmpty else {
            throw VerbOptions.usage("this job has no sources", fix: "name one that has, with --job")
        }
        var workspaces = Workspaces()
        let places = try settings.sources.map { source throws(BackupError) in try SourcePlace(source) }
        var searched: [(workspace: Workspace, place: SourcePlace)] = []
        for place in places {
            searched.append((try workspaces.at(place.parent, place.parentPath), place))
            if let root = try folder(of: place) { searched.append((try workspaces.at(root, place.path), place)) }
        }
        let recovery = SwapRecovery(context: context, service: ServiceHooks(settings: settings.restoring, context: context))
        if context.dryRun { try recovery.announce(workspaces) } else { _ = try recovery.recover(&workspaces) }
        var trees = 0
        var entries = 0
        for (workspace, place) in searched {
            if !context.dryRun { StagingFolder.removeLeftOvers(in: workspace.held, context) }
            for name in try replaced(in: workspace, of: place) {
                trees += 1
                print("\(context.dryRun ? "would remove" : "removing") \(workspace.path.appending(name.bytes))")
                if !context.dryRun { entries += try remove(name, from: workspace) }
            }
        }
        return JobReport(
            context.dryRun
                ? "dry run: \(Report.counted(trees, "replaced tree")) would be removed"
                : "\(Report.counted(trees, "replaced tree")) removed, with \(Report.counted(entries, "entry", many: "entries"))",
            numbers: ["trees": Double(trees), "entries": Double(entries)])
    }

    /// The source's own folder, where it is the root of a mount: what is replaced in it stays on it.
    private func folder(of place: SourcePlace) throws(BackupError) -> HeldDescriptor? {
        guard let status = place.status, status.type == .folder else { return nil }
        do throws(FileTreeError) {
            if try place.parent.status().isOnSameMount(as: status) { return nil }
            return try place.parent.openFolder(place.name)
        } catch {
            throw .destination(error.at(place.path))
        }
    }

    private func replaced(in workspace: Workspace, of place: SourcePlace) throws(BackupError) -> [ReplacedName] {
        do throws(FileTreeError) {
            return try workspace.held.names().compactMap { ReplacedName($0, of: place.name) }
        } catch {
            throw .destination(error.at(workspace.path))
        }
    }

    private func remove(_ name: ReplacedName, from workspace: Workspace) throws(BackupError) -> Int {
        do throws(FileTreeError) {
            let removal = try FileTree.remove(name.bytes, in: workspace.held)
            if let first = removal.failures.first { throw first }
            return removal.removedCount
        } catch {
            throw .destination(error.at(workspace.path.appending(name.bytes)))
        }
    }
}
