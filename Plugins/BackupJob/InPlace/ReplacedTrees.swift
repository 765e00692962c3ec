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
        var workspaces = Workspaces(changes: !context.dryRun)
        let places = try settings.sources.map { source throws(BackupError) in try SourcePlace(source) }
        var searched: [(workspace: Workspace, place: SourcePlace)] = []
        for place in places {
            searched.append((try workspaces.at(place.parent, place.parentPath), place))
            if let root = try folder(of: place) { searched.append((try workspaces.at(root, place.path), place)) }
        }
        let service = ServiceHooks(settings: settings.restoring, context: context)
        let ways = try SwapRecovery(context: context, service: service).end(&workspaces)
        for line in ways.compactMap({ $0.line(isPlanned: context.dryRun) }) { print(line) }
        var trees = 0
        var entries = 0
        for (workspace, place) in searched {
            if !context.dryRun { StagingFolder.removeLeftOvers(in: workspace.held, context) }
            for name in try replaced(in: workspace, of: place)
            where !ways.contains(where: { $0.concerns(workspace.path.appending(name.bytes)) }) {
                trees += 1
                print("\(context.dryRun ? "would remove" : "removing") \(workspace.path.appending(name.bytes))")
                if !context.dryRun { entries += try remove(name, from: workspace) }
            }
        }
        return JobReport(line(trees, entries, ways), numbers: ["trees": Double(trees), "entries": Double(entries)])
    }

    private func line(_ trees: Int, _ entries: Int, _ ways: [WayBack]) -> String {
        let trees = Report.counted(trees, "replaced tree")
        var line =
            context.dryRun
            ? "dry run: \(trees) would be removed" : "\(trees) removed, with \(Report.counted(entries, "entry", many: "entries"))"
        let kept = ways.compactMap(\.keptAs)
        if !kept.isEmpty {
            let names = kept.map(\.description).joined(separator: ", ")
            line += "; a restore was killed, and what was in place since \(context.dryRun ? "would be" : "is") kept as \(names): "
            line += "look at it, and purge once more"
        }
        return line
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
            var found: [ReplacedName] = []
            for name in try workspace.held.names() {
                guard let replaced = ReplacedName(name, of: place.name) else { continue }
                // A folder with such an ending was kept for a source of that name.
                if replaced.isBeside, try workspace.held.status(of: name).type == .folder { continue }
                found.append(replaced)
            }
            return found
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
            // Its path begins with the tree's own name.
            let failed = error.at(workspace.path.appending(error.path))
            guard failed.isRefusal else { throw .destination(failed) }
            throw .refused(
                JobFailure(
                    "\(failed)", in: "restore",
                    fix: "see with ls -ld whose that and the folder around it are; as root, look at it and write rm -r "
                        + "'\(workspace.path.appending(name.bytes))'", retry: .cannotHelp))
        }
    }
}
