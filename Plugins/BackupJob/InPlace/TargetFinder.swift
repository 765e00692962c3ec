import FileTree
import JobKit

/// Finds where the parts of a point that are meant go back to.
struct TargetFinder {
    let settings: BackupSettings
    let point: String
    /// What the first line of the list says of the sources.
    let sources: [ManifestReader.Header.Source]

    /// - Parameter prefixes: paths as in the manifest; those below others of them count nothing.
    func targets(_ prefixes: [PathBytes], _ workspaces: inout Workspaces) throws(BackupError) -> [RestoreTarget] {
        var targets: [RestoreTarget] = []
        for prefix in prefixes.sorted(by: { $0.isWalked(before: $1) }) {
            if let last = targets.last?.prefix, prefix == last || prefix.isBelow(last) { continue }
            let names = prefix.components
            let place = try SourcePlace(try source(named: names.first ?? PathBytes("")))
            let way = names.dropFirst().reduce(PathBytes("")) { $0.appending($1) }
            targets.append(try RestoreTarget(prefix, at: way, of: place, &workspaces))
        }
        try refuseNesting(targets)
        return targets
    }

    /// The point's list may come from elsewhere: it may say where things were, and only the job's file where they go.
    private func source(named name: PathBytes) throws(BackupError) -> BackupSettings.Source {
        guard let source = settings.sources.first(where: { PathBytes($0.name) == name }) else {
            throw .refused(
                JobFailure(
                    "this job has no source \(name)", in: "restore",
                    fix: "name a job that has it with --job, or restore with --to, which needs none", retry: .cannotHelp))
        }
        guard let stored = sources.first(where: { PathBytes($0.name) == name }), stored.path != source.path else { return source }
        throw .refused(
            JobFailure(
                "the source \(name) of point \(point) was \(stored.path), and the job says \(source.path) now", in: "restore",
                fix: "restore with --to, and move things over", retry: .cannotHelp))
    }

    private func refuseNesting(_ targets: [RestoreTarget]) throws(BackupError) {
        for outer in targets {
            guard let inner = targets.first(where: { $0.prefix != outer.prefix && ($0.path == outer.path || $0.path.isBelow(outer.path)) })
            else { continue }
            throw .refused(
                JobFailure(
                    "\(inner.prefix) goes to \(inner.path), inside of \(outer.path), where \(outer.prefix) goes", in: "restore",
                    fix: "restore them one after the other, with --path \(outer.prefix) and then --path \(inner.prefix)", retry: .cannotHelp
                ))
        }
    }
}
