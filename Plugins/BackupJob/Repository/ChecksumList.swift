import Archive
import FileTree

/// The file `checksums` in the form of `sha256sum`, made anew from the records of all points, so that it never lacks or invents one.
///
/// A committed record never changes. So it is also what tells of a damaged record, which has no checksum anywhere else.
struct ChecksumList {
    private static let name = "checksums"
    /// Bytes of a list that is looked at: some 500,000 lines.
    private static let sizeLimit: Int64 = 64 << 20
    /// Of a checksum and the two blanks behind it.
    private static let digestSize = 64
    private static let pathStart = 66

    private let root: StoreFolder
    /// By the path below the repository.
    private let digests: [String: String]

    /// Reads the list; one that is missing knows nothing.
    init(of repository: Repository) throws(BackupError) {
        root = repository.root
        var digests: [String: String] = [:]
        for line in try Self.content(of: root).split(separator: UInt8(ascii: "\n")) where line.count > Self.pathStart {
            let path = String(decoding: line.dropFirst(Self.pathStart), as: UTF8.self)
            digests[path] = String(decoding: line.prefix(Self.digestSize), as: UTF8.self)
        }
        self.digests = digests
    }

    private static func content(of root: StoreFolder) throws(BackupError) -> [UInt8] {
        guard try root.names().contains(name) else { return [] }
        let size: Int64
        do throws(FileTreeError) {
            size = try root.held.status(of: PathBytes(name)).size
        } catch {
            throw .repository(error.at(root.path.appending(PathBytes(name))))
        }
        return try root.read(name, limit: Int(min(size, sizeLimit))) ?? []
    }

    /// Whether it has a line for a file.
    func knows(_ name: String, in chain: StoreFolder) -> Bool { digests[path(of: name, in: chain)] != nil }

    /// The names of the files that it has lines for of a point.
    func files(ofPoint sequence: Int, in chain: StoreFolder) -> [String] {
        let names = PointFiles(sequence: sequence)
        return (names.beside + [names.record]).filter { knows($0, in: chain) }
    }

    /// What is wrong with a file of which a record has this checksum; nil when the list has the same, or says nothing of it.
    func complaint(about file: PointRecord.StoredFile, in chain: StoreFolder) -> String? {
        guard let known = digests[path(of: file.file, in: chain)], known != file.sha256 else { return nil }
        return "\(root.path)/\(Self.name) has another checksum for \(chain.path)/\(file.file) than its record: one of both is damaged"
    }

    /// What is wrong with a record that can be read; nil when it is what the list says, or the list says nothing of it.
    func complaint(aboutRecord name: String, in chain: StoreFolder) throws(BackupError) -> String? {
        let own = ContentDigest(of: try chain.read(name, limit: PointRecord.sizeLimit) ?? []).description
        guard let known = digests[path(of: name, in: chain)], known != own else { return nil }
        return "\(chain.path)/\(name) does not have the checksum that \(root.path)/\(Self.name) has for it: one of both is damaged; "
            + "where backup verify finds nothing else, remove that line of \(Self.name), and the next run writes it anew"
    }

    private func path(of name: String, in folder: StoreFolder) -> String {
        let prefix = folder.path.bytes.dropFirst(root.path.bytes.count).drop { $0 == UInt8(ascii: "/") }
        return String(decoding: prefix, as: UTF8.self) + "/" + name
    }

    /// Lines of points that have files and no record that can be read: nothing else knows their checksums.
    private func linesToKeep(in data: StoreFolder, of repository: Repository) throws(BackupError) -> [String] {
        var lines: [String] = []
        let read = Set(try repository.points(in: data).map { "\($0.chain) \($0.record.sequence)" })
        for damage in try repository.trustedRecords(in: data).damage where !read.contains("\(damage.chain) \(damage.sequence)") {
            guard let chain = try data.folderIfPresent(damage.chain) else { continue }
            let files = files(ofPoint: damage.sequence, in: chain)
            for file in files {
                let path = path(of: file, in: chain)
                if let digest = digests[path] { lines.append("\(digest)  \(path)") }
            }
        }
        return lines
    }

    /// Writes it when it differs from what is there.
    /// - Parameter committed: the record that has just been written, below the folder of its chain: what the list says of an earlier one of that name is over.
    /// - Returns: what is wrong with records; they keep the checksums that they had.
    @discardableResult
    static func refresh(in repository: Repository, committed: String? = nil) throws(BackupError) -> [String] {
        let before = try ChecksumList(of: repository)
        var lines: Set<String> = []
        var complaints: [String] = []
        for data in try repository.groupFolders() {
            lines.formUnion(try before.linesToKeep(in: data, of: repository))
            for (chain, record) in try repository.points(in: data) {
                let folder = try data.folder(chain)
                let name = PointFiles(sequence: record.sequence).record
                for file in [record.archive, record.manifest].compactMap(\.self) {
                    lines.insert("\(file.sha256)  \(before.path(of: file.file, in: folder))")
                }
                let path = before.path(of: name, in: folder)
                let own = ContentDigest(of: try folder.read(name, limit: PointRecord.sizeLimit) ?? []).description
                let isNew = path == committed
                if !isNew, let complaint = try before.complaint(aboutRecord: name, in: folder) { complaints.append(complaint) }
                lines.insert("\(isNew ? own : before.digests[path] ?? own)  \(path)")
            }
        }
        let text = Array(lines.sorted { $0.dropFirst(digestSize) < $1.dropFirst(digestSize) }.map { $0 + "\n" }.joined().utf8)
        if try repository.root.read(name, limit: text.count + 1) != text { try repository.replace(name, with: text) }
        return complaints
    }
}
