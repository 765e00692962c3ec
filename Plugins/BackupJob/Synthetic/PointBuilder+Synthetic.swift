import Archive
import FileTree
import JobKit

/// A full point made of what archives have, in the order of its list; nothing else is read.
extension PointBuilder {
    /// Stores everything that a point has.
    /// - Throws: `damaged` as soon as anything is not what was stored: a copy of damage would look good.
    func store(_ origin: Origin) throws(BackupError) {
        var firstNames: Set<PathBytes> = []
        var count = 0
        while let entry = try origin.next() {
            try stop.check()
            if !entry.isTrustworthy { findings.warn(entry.doubt) }
            try store(entry, of: origin, &firstNames)
            count += 1
            if count % 1000 == 0 { context.progress(done: Double(count), total: Double(origin.record.entries), unit: "entries") }
        }
        if findings.warnings == 0, origin.record.warnings > 0 {
            findings.warn(
                "point \(origin.record.point), of which this one is made, ended with \(Report.counted(origin.record.warnings, "warning")) "
                    + "that its list does not show")
        }
    }

    private func store(_ entry: ManifestEntry, of origin: Origin, _ firstNames: inout Set<PathBytes>) throws(BackupError) {
        var line = entry
        // Status, tags of blocks and doubts stay: the next increment compares the tree with them.
        line.becomeWhole()
        if line.state == .unchanged { line.state = .stored }
        guard let status = entry.status, let location = entry.location else { return try record(line) }
        if let first = entry.firstName {
            guard firstNames.contains(first) else {
                throw .damaged(StoreDamage(path: entry.path, reason: "its first name \(first) is not stored before it"))
            }
            line.place = try writeLink(entry, status, to: first)
        } else {
            try origin.check(entry)
            line.place = try copyMember(of: entry, status, at: location, from: origin.archives)
            if status.type == .regular {
                tally.addStored(entry.storedSize ?? status.size)
                if entry.isDatabase { tally.databases += 1 }
                if status.linkCount > 1 { firstNames.insert(entry.path) }
            }
        }
        try record(line)
    }
}
