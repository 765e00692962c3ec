import FileTree
import FoundationEssentials
import JobKit

/// What is done under the lock before a run begins; every holder before us is gone by then.
extension Repository {
    /// Removes what dead runs left: all of `tmp`, and archives that were moved into a chain but never committed.
    func clean() throws(BackupError) {
        let checksums = try ChecksumList(of: self)
        for folder in try groupFolders() {
            for chain in try chains(in: folder) { try clean(chain, in: folder, checksums) }
        }
        // Last: it tells which points are being removed.
        guard try root.names().contains("tmp") else { return }
        let temporary = try root.folder("tmp")
        for name in try temporary.names() { try temporary.remove(name) }
    }

    private func clean(_ chainName: String, in data: StoreFolder, _ checksums: ChecksumList) throws(BackupError) {
        let chain = try data.folder(chainName)
        let names = try chain.names()
        let records = names.filter { $0.hasSuffix(PointFiles.recordSuffix) }.map { $0.prefix(PointFiles.sequenceLength) }
        // A run that died leaves files behind the last point; files before it, and those of a point whose record was lost, are nobody's to remove.
        let last = records.max() ?? ""
        let lost = Set(
            try lostPoints(of: chain, named: chainName, checksums).map { PointFiles(sequence: $0).record.prefix(PointFiles.sequenceLength) }
        )
        let left = names.filter { name in
            let number = name.prefix(PointFiles.sequenceLength)
            return PointFiles.isPointFile(name) && number > last && !lost.contains(number)
        }
        for name in left { try chain.remove(name) }
        if names.count == left.count {
            try data.remove(chainName)
            try data.synchronize()
        } else if !left.isEmpty {
            try chain.synchronize()
        }
    }

    /// Lets `latest` of each set name its newest point: a run may have died right after the commit.
    func repairLatestLinks() throws(BackupError) {
        for folder in try groupFolders() {
            let trusted = try trustedRecords(in: folder).points
            let known = try trusted.isEmpty ? points(in: folder) : trusted
            guard let newest = known.max(by: { $0.record.counter < $1.record.counter }) else { continue }
            let target = "\(newest.chain)/\(PointFiles(sequence: newest.record.sequence).record)"
            let current = Result { () throws(FileTreeError) in try folder.held.linkTarget(PathBytes("latest")).utf8 }
            if case .success(target) = current { continue }
            try setLatest(of: folder, to: target)
        }
    }

    /// Points `latest` to a point's record in one step.
    func setLatest(of data: StoreFolder, to target: String) throws(BackupError) {
        let temporary = try root.madeFolder("tmp")
        try temporary.remove("latest")
        try temporary.newLink("latest", to: target)
        try temporary.move("latest", to: data, as: "latest")
        try data.synchronize()
    }

    /// The folders of points of every set.
    func groupFolders() throws(BackupError) -> [StoreFolder] {
        var folders: [StoreFolder] = []
        for name in try root.names() where name.hasPrefix("set-") {
            let set = try root.folder(name)
            let present = try set.names()
            for group in PointGroup.allCases where present.contains(group.rawValue) { folders.append(try set.folder(group.rawValue)) }
        }
        return folders
    }

    func chains(in data: StoreFolder) throws(BackupError) -> [String] {
        try data.names().filter { $0.hasPrefix("c-") && PointID($0.dropFirst(2)) != nil }
    }
}
