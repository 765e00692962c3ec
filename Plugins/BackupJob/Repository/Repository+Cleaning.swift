import FileTree
import FoundationEssentials
import JobKit

/// What is done under the lock before a run begins; every holder before us is gone by then.
extension Repository {
    /// Removes what dead runs left: all of `tmp`, and archives that were moved into a chain but never committed.
    func clean() throws(BackupError) {
        if try root.names().contains("tmp") {
            let temporary = try root.folder("tmp")
            for name in try temporary.names() { try temporary.remove(name) }
        }
        for folder in try groupFolders() {
            for chain in try chains(in: folder) { try clean(chain, in: folder) }
        }
    }

    private func clean(_ chainName: String, in data: StoreFolder) throws(BackupError) {
        let chain = try data.folder(chainName)
        let names = try chain.names()
        let records = names.filter { $0.hasSuffix(PointFiles.recordSuffix) }.map { $0.prefix(PointFiles.sequenceLength) }
        // A run that died leaves files behind the last point; files before it belonged to one, and are nobody's to remove.
        let last = records.max() ?? ""
        let left = names.filter { PointFiles.isPointFile($0) && $0.prefix(PointFiles.sequenceLength) > last }
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

    private func chains(in data: StoreFolder) throws(BackupError) -> [String] {
        try data.names().filter { $0.hasPrefix("c-") && PointID($0.dropFirst(2)) != nil }
    }

    /// Every committed point of a set whose record can be read.
    func points(in data: StoreFolder) throws(BackupError) -> [(chain: String, record: PointRecord)] { try records(in: data).points }

    /// As ``records(in:)``, without the points whose records are not what the list of checksums says: whoever decides what stays and what is built on
    /// does not rely on them, and whoever restores still may.
    func trustedRecords(
        in data: StoreFolder
    ) throws(BackupError) -> (points: [(chain: String, record: PointRecord)], damage: [(chain: String, problem: String)]) {
        let checksums = try ChecksumList(of: self)
        var (points, damage) = try records(in: data)
        var trusted: [(String, PointRecord)] = []
        for (chain, record) in points {
            let name = PointFiles(sequence: record.sequence).record
            if let complaint = try checksums.complaint(aboutRecord: name, in: try data.folder(chain)) {
                damage.append((chain, complaint))
            } else {
                trusted.append((chain, record))
            }
        }
        points = trusted
        return (points, damage)
    }

    /// The committed points of a set, and what is wrong with those whose records cannot be read, by chain.
    func records(
        in data: StoreFolder
    ) throws(BackupError) -> (points: [(chain: String, record: PointRecord)], damage: [(chain: String, problem: String)]) {
        var points: [(String, PointRecord)] = []
        var damage: [(String, String)] = []
        for chainName in try chains(in: data) {
            // One that was removed meanwhile is no point any more.
            guard let chain = try data.folderIfPresent(chainName) else { continue }
            for name in try chain.names() where name.hasSuffix(PointFiles.recordSuffix) {
                do throws(BackupError) {
                    points.append((chainName, try PointRecord(reading: name, in: chain)))
                } catch {
                    if try !chain.names().contains(name) { continue }
                    guard case .refused(let failure) = error else { throw error }
                    damage.append((chainName, failure.problem))
                }
            }
        }
        return (points, damage)
    }
}
