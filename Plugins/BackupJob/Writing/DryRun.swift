import FileTree
import Glibc
import JobKit

/// Walks the sources as a run would and writes nothing, anywhere.
struct DryRun {
    let run: BackupRun

    /// What would be stored, in one line; what would be left out, in the log.
    func report() throws(BackupError) -> JobReport {
        if run.settings.type == .synthetic { return try run.syntheticDryRun() }
        var findings = Findings(context: run.context)
        var tally = Tally()
        let options = try run.walkOptions(excluding: repositoryIdentity())
        for source in run.settings.sources {
            do throws(FileTreeError) {
                var walk = try TreeWalk(root: PathBytes(source.path), options: options)
                while let event = walk.next() {
                    if run.stop.isStopped { throw FileTreeError("walk", PathBytes(source.path), .system(ECANCELED)) }
                    count(event, in: PathBytes(source.name), &tally, &findings)
                }
            } catch {
                try run.stop.check()
                findings.warn("the source \(source.name) would not be stored: \(error)")
            }
        }
        return JobReport(line(tally, findings), outcome: findings.warnings == 0 ? .succeeded : .warning, numbers: numbers(tally, findings))
    }

    private func numbers(_ tally: Tally, _ findings: Findings) -> [String: Double] {
        [
            "entries": Double(tally.entries), "files": Double(tally.files), "bytes": Double(tally.bytes),
            "excluded": Double(tally.excluded), "skipped": Double(tally.skipped), "warnings": Double(findings.warnings),
        ]
    }

    private func line(_ tally: Tally, _ findings: Findings) -> String {
        let what = run.settings.type == .incremental ? "store what has changed of" : "store"
        let type = run.settings.type == .incremental ? "an incremental" : "a \(run.settings.type.rawValue)"
        var line = "dry run: \(type) point of set \(run.set) would \(what) \(Report.counted(tally.files, "file")), "
        line += "\(ByteCount(tally.bytes))"
        let left = tally.excluded + tally.skipped
        if left > 0 { line += ", and leave out \(left) entr\(left == 1 ? "y" : "ies")" }
        line += "; nothing was written"
        if let first = findings.first { line += "; \(Report.counted(findings.warnings, "warning")), the first: \(first)" }
        return line
    }

    private func count(_ event: WalkEvent, in source: PathBytes, _ tally: inout Tally, _ findings: inout Findings) {
        switch event {
        case .entry(let entry):
            tally.entries += 1
            guard entry.status.type == .regular else { return }
            tally.files += 1
            tally.bytes += entry.status.size
        case .skipped(let path, let reason):
            if reason == .excluded || reason == .tooLarge { tally.excluded += 1 } else { tally.skipped += 1 }
            if reason == .excluded, let warning = UnfinishedRestores.warning(about: source.appending(path)) { findings.warn(warning) }
            findings.note("would leave out \(source.appending(path)): \(reason.rawValue)")
        case .failed(let error): findings.warn("\(error.at(source.appending(error.path)))")
        }
    }

    /// Nil when there is no repository yet.
    private func repositoryIdentity() -> FileIdentity? {
        let identity = Result { () throws(FileTreeError) in
            try HeldDescriptor.folder(at: PathBytes(run.settings.repository)).status().identity
        }
        guard case .success(let found) = identity else { return nil }
        return found
    }
}
