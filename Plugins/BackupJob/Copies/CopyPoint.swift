import Archive
import FileTree
import Glibc

/// A point of the repository here, as a copy is to have it.
struct CopyPoint {
    /// Bytes that a record may have.
    static let recordLimit = 65_536

    let place: PointPlace
    let record: PointRecord
    /// The record's file.
    let content: [UInt8]
    /// The folder of its chain here.
    let chain: StoreFolder

    /// A point of which the record here is of no use, with the files that the list of checksums has of it.
    struct Damaged {
        let place: PointPlace
        let files: [String]
        let problem: String
    }

    /// All points of a repository, those that others build on first.
    static func all(of repository: Repository) throws(BackupError) -> (points: [CopyPoint], damaged: [Damaged]) {
        var all: [CopyPoint] = []
        var damaged: [Damaged] = []
        let checksums = try ChecksumList(of: repository)
        for group in try repository.groupFolders() {
            let names = group.path.components.suffix(2).map(\.description)
            var points: [CopyPoint] = []
            let records = try repository.trustedRecords(in: group)
            for damage in records.damage {
                guard let folder = try group.folderIfPresent(damage.chain) else { continue }
                let place = PointPlace(chain: (names + [damage.chain]).joined(separator: "/"), sequence: damage.sequence)
                let files = checksums.files(ofPoint: damage.sequence, in: folder).map { "\(place.chain)/\($0)" }
                damaged.append(Damaged(place: place, files: files, problem: damage.problem))
            }
            for (chain, record) in records.points {
                let folder = try group.folder(chain)
                // One that retention removed meanwhile needs no copy.
                guard let content = try folder.read(PointFiles(sequence: record.sequence).record, limit: recordLimit) else { continue }
                let place = PointPlace(chain: (names + [chain]).joined(separator: "/"), sequence: record.sequence)
                points.append(CopyPoint(place: place, record: record, content: content, chain: folder))
            }
            all += points.sorted { $0.record.counter < $1.record.counter }
        }
        return (all, damaged)
    }

    /// Whether retention has removed it meanwhile.
    var isGone: Bool {
        let status = Result { () throws(FileTreeError) in
            try chain.held.status(of: PathBytes(PointFiles(sequence: record.sequence).record))
        }
        if case .failure(let error) = status { return error.code == ENOENT }
        return false
    }

    /// The id that a record tells of its point; nil when it is damaged.
    static func id(of place: PointPlace, in content: [UInt8]) -> String? { record(of: place, in: content)?.point }

    /// A record as a copy has it; nil when it is damaged.
    static func record(of place: PointPlace, in content: [UInt8]) -> PointRecord? {
        let record = Result { () throws(BackupError) in
            try PointRecord(content, name: PointFiles(sequence: place.sequence).record, at: PathBytes(place.record))
        }
        if case .success(let record) = record { return record }
        return nil
    }

    /// The files that its record names, with their paths; of a point without an archive they may be those of an earlier one.
    var files: [(path: String, file: PointRecord.StoredFile)] {
        [record.archive, record.manifest].compactMap(\.self).map { ("\(place.chain)/\($0.file)", $0) }
    }

    /// Those that came with it.
    var ownFiles: [(path: String, file: PointRecord.StoredFile)] {
        files.filter { PointPlace(file: $0.path) == place }
    }

    var digest: String { ContentDigest(of: content).description }

    /// Lines of a list of checksums, as `sha256sum` reads them.
    var checksums: [String] { files.map { "\($0.file.sha256)  \($0.path)" } + ["\(digest)  \(place.record)"] }

    /// Opens one of its files.
    func source(_ file: PointRecord.StoredFile, stop: StopFlag) throws(CopyError) -> CopySource {
        let path = chain.path.appending(PathBytes(file.file))
        do throws(FileTreeError) {
            let descriptor = try chain.held.openFile(PathBytes(file.file))
            return CopySource(descriptor, path: path, size: file.size, sha256: file.sha256, stop: stop)
        } catch {
            throw CopyError(
                .damagedHere, "\(error.at(path))", fix: "restore that file from another copy of the repository, and run a full backup")
        }
    }
}
