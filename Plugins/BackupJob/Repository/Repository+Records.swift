import FileTree
import JobKit

/// What is wrong with the record of a point.
struct RecordDamage {
    /// The folder of its chain.
    let chain: String
    /// The point's place in the chain.
    let sequence: Int
    let problem: String
}

/// The points that a repository has, by their records.
extension Repository {
    typealias Records = (points: [(chain: String, record: PointRecord)], damage: [RecordDamage])

    /// Every committed point of a set whose record can be read.
    func points(in data: StoreFolder) throws(BackupError) -> [(chain: String, record: PointRecord)] { try records(in: data).points }

    /// As ``records(in:)``, without the points whose records are not what the list of checksums says, and with those whose records are lost: whoever
    /// decides what stays and what is built on does not rely on them, and whoever restores one that he names still may.
    func trustedRecords(in data: StoreFolder) throws(BackupError) -> Records {
        let checksums = try ChecksumList(of: self)
        var (points, damage) = try records(in: data)
        var trusted: [(String, PointRecord)] = []
        for (chain, record) in points {
            let name = PointFiles(sequence: record.sequence).record
            if let complaint = try checksums.complaint(aboutRecord: name, in: try data.folder(chain)) {
                damage.append(RecordDamage(chain: chain, sequence: record.sequence, problem: complaint))
            } else {
                trusted.append((chain, record))
            }
        }
        for name in try chains(in: data) {
            guard let chain = try data.folderIfPresent(name) else { continue }
            for sequence in try lostPoints(of: chain, named: name, checksums) {
                let record = PointFiles(sequence: sequence).record
                damage.append(RecordDamage(chain: name, sequence: sequence, problem: "\(chain.path)/\(record) is missing"))
            }
        }
        points = trusted
        return (points, damage)
    }

    /// The committed points of a set, and what is wrong with those whose records cannot be read.
    func records(in data: StoreFolder) throws(BackupError) -> Records {
        var points: [(String, PointRecord)] = []
        var damage: [RecordDamage] = []
        for chainName in try chains(in: data) {
            // One that was removed meanwhile is no point any more.
            guard let chain = try data.folderIfPresent(chainName) else { continue }
            for name in try chain.names() where name.hasSuffix(PointFiles.recordSuffix) {
                do throws(BackupError) {
                    points.append((chainName, try PointRecord(reading: name, in: chain)))
                } catch {
                    if try !chain.names().contains(name) { continue }
                    guard case .refused(let failure) = error else { throw error }
                    damage.append(RecordDamage(chain: chainName, sequence: PointFiles.sequence(of: name) ?? 0, problem: failure.problem))
                }
            }
        }
        return (points, damage)
    }

    /// Points of a chain that were committed and have no record: those before one that has, and those that the list of checksums knows.
    func lostPoints(of chain: StoreFolder, named name: String, _ checksums: ChecksumList) throws(BackupError) -> [Int] {
        let names = Set(try chain.names())
        let known = Set(names.filter { $0.hasSuffix(PointFiles.recordSuffix) }.compactMap(PointFiles.sequence))
        let last = known.max() ?? -1
        var lost = (0..<max(last, 0)).filter { !known.contains($0) }
        let behind = Set(names.filter { PointFiles.isPointFile($0) }.compactMap(PointFiles.sequence)).filter { $0 > last }.sorted()
        for sequence in behind {
            let record = PointFiles(sequence: sequence).record
            // What is being removed has its record taken away first, and is gone soon.
            guard checksums.knows(record, in: chain), try !isTaken(record, ofChain: name) else { continue }
            let files = try chain.names().filter { PointFiles.isPointFile($0) && PointFiles.sequence(of: $0) == sequence }
            if !files.isEmpty { lost.append(sequence) }
        }
        return lost
    }

    /// Whether somebody took the record away to remove its point.
    private func isTaken(_ record: String, ofChain chain: String) throws(BackupError) -> Bool {
        guard let temporary = try root.folderIfPresent("tmp") else { return false }
        return try temporary.names().contains(PointRemoval.takenName(of: record, in: chain))
    }
}
