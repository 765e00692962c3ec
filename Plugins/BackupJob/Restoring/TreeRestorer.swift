import Archive
import FileTree
import Glibc
import JobKit

/// Makes the tree of a point in an empty folder, each file compared with its checksum while it is written.
struct TreeRestorer {
    let manifest: ManifestReader
    let archives: ChainArchives
    let plan: RestorePlan
    let stop: StopFlag
    let context: JobContext

    /// What was made.
    struct Result {
        var entries = 0
        var files = 0
        var bytes: Int64 = 0
        /// Entries that the point does not hold, or only as an older copy.
        var doubtful = 0
    }

    /// - Parameter root: empty, and ours alone.
    func restore(into root: HeldDescriptor) throws(BackupError) -> Result {
        var result = Result()
        // Only root may give files away; for others what they restore is theirs.
        let keepsOwners = geteuid() != 0
        var writer = try writing { () throws(FileTreeError) in try TreeWriter(root: root, keepsOwners: keepsOwners) }
        let makers = FileMakers(keepsOwners: keepsOwners)
        defer { makers.end() }
        var names = FirstNames(needed: plan.absentFirstNames)
        var lastFolder: PathBytes?
        let progress = ProgressReporter(context, unit: "bytes")
        while let entry = try next() {
            try stop.check()
            names.note(entry)
            guard plan.selection.holds(entry.path) else { continue }
            try restore(entry, &writer, makers, &names, &lastFolder, &result)
            if writer.isCrowded {
                try writing { () throws(FileTreeError) in
                    try makers.wait()
                    try writer.settle()
                }
            }
            progress.report(Double(result.bytes), of: Double(plan.bytes))
        }
        progress.end(Double(result.bytes))
        try writing { () throws(FileTreeError) in
            try makers.wait()
            try writer.finish()
        }
        for (path, attribute) in writer.refused + makers.refused {
            doubt("\(path) comes without its attribute \(attribute): it cannot be set here", &result)
        }
        return result
    }

    /// The most lines of the log; what comes after is counted.
    private static let maximumLines = 200

    private func doubt(_ message: String, _ result: inout Result) {
        result.doubtful += 1
        if result.doubtful <= Self.maximumLines { context.log(.warning, message) }
    }

    private func next() throws(BackupError) -> ManifestEntry? {
        do throws(StoreDamage) {
            return try manifest.next()
        } catch {
            throw .damaged(error)
        }
    }

    private func restore(
        _ entry: ManifestEntry, _ writer: inout TreeWriter, _ makers: FileMakers, _ names: inout FirstNames,
        _ lastFolder: inout PathBytes?, _ result: inout Result
    ) throws(BackupError) {
        if !entry.isTrustworthy { doubt(entry.path == lastFolder ? entry.doubtOfContent : entry.doubt, &result) }
        guard let status = entry.status, entry.location != nil else { return }
        if status.type == .folder { lastFolder = entry.path }
        result.entries += 1
        guard let first = entry.firstName else { return try restore(entry, status, at: entry.path, &writer, makers, &result) }
        if let made = plan.selection.holds(first) ? first : names.made(first) {
            return try writing { () throws(FileTreeError) in
                try makers.wait()
                try writer.makeName(entry.path, of: made)
            }
        }
        // Its first name is not restored: then this one is the file.
        guard let file = names.entry(first), let status = file.status else {
            throw .damaged(manifest.damage("\(entry.path) is a name of \(first), which does not come before it"))
        }
        try restore(file, status, at: entry.path, &writer, makers, &result)
        names.make(first, as: entry.path)
    }

    private func restore(
        _ entry: ManifestEntry, _ status: FileStatus, at path: PathBytes, _ writer: inout TreeWriter, _ makers: FileMakers,
        _ result: inout Result
    ) throws(BackupError) {
        guard let location = entry.location else { return }
        let member = try reading { () throws(StoreDamage) in try archives.member(at: location) }
        let metadata = EntryMetadata(status, member)
        switch status.type {
        case .regular: try restoreFile(entry, at: path, member, metadata, &writer, makers, &result)
        case .folder: try writing { () throws(FileTreeError) in try writer.makeFolder(path, metadata) }
        case .symbolicLink:
            guard let target = entry.target else { throw .damaged(manifest.damage("\(entry.path) has no target")) }
            try writing { () throws(FileTreeError) in try writer.makeLink(path, to: target, metadata) }
        case .characterDevice, .blockDevice, .fifo:
            guard status.type == .fifo || geteuid() == 0 else { return doubt("\(path) is a device, which only root can make", &result) }
            let device = member.device
            try writing { () throws(FileTreeError) in try writer.makeNode(path, status.type, device, metadata) }
        case .socket: break
        }
    }

    private func restoreFile(
        _ entry: ManifestEntry, at path: PathBytes, _ member: PaxReader, _ metadata: EntryMetadata, _ writer: inout TreeWriter,
        _ makers: FileMakers,
        _ result: inout Result
    ) throws(BackupError) {
        let content = StoredContent(entry: entry, archives: archives)
        if content.size <= FileMakers.largestFile, entry.patches.isEmpty, member.dataRanges == nil {
            let bytes = try whole(content, member)
            try expect(ContentDigest(of: bytes), of: entry)
            try writing { () throws(FileTreeError) in
                let (folder, name) = try writer.place(of: path)
                try makers.make(.init(path: path, name: name, bytes: bytes, metadata: metadata), in: folder)
            }
        } else {
            let file = try writing { () throws(FileTreeError) in try writer.makeFile(path, metadata.permissions) }
            try expect(try FileContent(file: file, content: content).write(from: member, stop: stop), of: entry)
            try writing { () throws(FileTreeError) in try writer.finish(file, path, metadata) }
        }
        result.files += 1
        result.bytes += content.size
    }

    private func whole(_ content: StoredContent, _ member: PaxReader) throws(BackupError) -> [UInt8] {
        var whole: [UInt8] = []
        whole.reserveCapacity(Int(content.size))
        try content.read(from: member) { _, bytes, _ throws(BackupError) in whole += bytes }
        return whole
    }

    private func expect(_ digest: ContentDigest, of entry: ManifestEntry) throws(BackupError) {
        guard let expected = entry.content, digest != expected else { return }
        let archive = archives.name(of: entry.location?.sequence ?? 0)
        throw .damaged(StoreDamage(path: entry.path, reason: "its content in \(archive) is not what was stored"))
    }

    private func writing<Value>(_ body: () throws(FileTreeError) -> Value) throws(BackupError) -> Value {
        do throws(FileTreeError) {
            return try body()
        } catch {
            throw .destination(error)
        }
    }

    private func reading<Value>(_ body: () throws(StoreDamage) -> Value) throws(BackupError) -> Value {
        do throws(StoreDamage) {
            return try body()
        } catch {
            throw .damaged(error)
        }
    }
}

extension ManifestEntry {
    /// As ``doubt``, of a folder that is itself in the archives.
    fileprivate var doubtOfContent: String {
        guard case .unreadable(let code) = state else { return doubt }
        return
            "what \(path) held could not be read when the point was made (\(String(cString: strerror(code)))); the folder itself is there"
    }

    /// Why the stored entry is not what the tree held.
    var doubt: String {
        switch state {
        case .stored, .unchanged: "\(path) is not in the archives"
        case .changed: "\(path) changed while it was stored"
        case .raw: "\(path) is a database of which the plain files are stored, which may be unusable"
        case .incomplete: "\(path) comes without some of its attributes"
        case .unreadable(let code):
            "\(path) could not be read when the point was made (\(String(cString: strerror(code))))"
                + (location == nil ? "; it is missing" : "; this is an older copy")
        }
    }
}

extension EntryMetadata {
    fileprivate init(_ status: FileStatus, _ member: PaxReader) {
        let rules = member.accessRules
        self.init(
            status, attributes: member.attributes.map { .init(name: PathBytes($0.name), value: $0.value) },
            accessList: rules.filter { !$0.isDefault }.map(\.asFileRule), defaultList: rules.filter(\.isDefault).map(\.asFileRule))
    }
}
