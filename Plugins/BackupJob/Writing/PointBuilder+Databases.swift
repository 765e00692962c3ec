import Archive
import FileTree
import Glibc
import JobKit
import SQLiteFiles

/// SQLite databases: stored as a consistent copy, since the plain file is worthless while a program writes to it.
extension PointBuilder {
    private static let copyName = "database.sqlite"
    private static let plainName = "plain.sqlite"

    /// Whether the file belongs to a database beside it, which is stored as a whole.
    func isCompanion(_ entry: TreeEntry) -> Bool {
        guard let suffix = SQLiteFile.companionSuffixes.first(where: entry.name.hasSuffix) else { return false }
        let owner = entry.name.droppingLast(suffix.utf8.count)
        do throws(FileTreeError) {
            let status = try entry.parent.status(of: owner)
            guard status.type == .regular, !rawDatabases.contains(status.identity) else { return false }
            return SQLiteFile(header: try entry.parent.openFile(owner).read(SQLiteFile.headerSize)) != nil
        } catch {
            // No database to be seen: then it is a file like any other.
            return false
        }
    }

    /// Stores the copy under the database's name.
    /// - Returns: false when the file is no database, or no copy could be made; then it is stored as it is.
    func storeDatabase(_ file: OpenFile, _ look: Look) throws(BackupError) -> Bool {
        guard file.entry.status.size >= 512 else { return false }
        let bytes: [UInt8]
        do throws(FileTreeError) {
            bytes = try file.descriptor.read(SQLiteFile.headerSize)
        } catch {
            findings.warn("whether \(file.path) is a database cannot be told (\(error)); stored as it is")
            return isRaw(file)
        }
        guard let database = SQLiteFile(header: bytes) else { return false }
        defer { removeCopy() }
        do throws(SQLiteError) {
            try copy(database, file)
            if let complaint = try SQLiteSnapshot.complaint(about: copyPath(), shouldStop: { [stop] in stop.isStopped }) {
                findings.warn("the database \(file.path) fails its integrity check (\(complaint)); stored as it is")
                return isRaw(file)
            }
        } catch {
            if error == .stopped { throw .stopped }
            findings.warn("the database \(file.path) could not be copied (\(error)); stored as it is, which may be unusable")
            return isRaw(file)
        }
        try storeCopy(file, look)
        return true
    }

    /// Whether changes of a database may lie beside it, in a log or a journal, while it looks as before.
    func hasLog(_ entry: TreeEntry) -> Bool {
        do throws(FileTreeError) {
            for suffix in ["-wal", "-journal"] where try companion(suffix, of: entry)?.size ?? 0 > 0 { return true }
            return false
        } catch {
            // What cannot be looked at may hold changes.
            return true
        }
    }

    private func isRaw(_ file: OpenFile) -> Bool {
        rawDatabases.insert(file.entry.status.identity)
        return false
    }

    private func copy(_ database: SQLiteFile, _ file: OpenFile) throws(SQLiteError) {
        for attempt in 0...settings.retries {
            removeCopy()
            let before = closedState(database, file)
            do throws(SQLiteError) {
                try makeCopyFile()
                if before == nil {
                    let path = try folderPath(file.entry.parent) + [UInt8(ascii: "/")] + file.entry.name.bytes
                    return try snapshot(path, held: file.descriptor, isIdle: false)
                }
                try snapshotClosed(file)
            } catch {
                if before == nil || error == .stopped || attempt == settings.retries { throw error }
                continue
            }
            // Read without locks: only files that nobody touched meanwhile count.
            if closedState(database, file) == before { return }
        }
        throw .library(operation: "copy it", reason: "it changed each time it was read")
    }

    /// What tells of a change of a database in WAL mode that no program has open; nil when one may have it open.
    ///
    /// Each program that has it open shares a `-shm` file. Opened in its place by us, SQLite would leave such files behind.
    private func closedState(_ database: SQLiteFile, _ file: OpenFile) -> [FileStatus]? {
        do throws(FileTreeError) {
            let log = try companion("-wal", of: file)
            guard database.usesWriteAheadLog || log != nil, try companion("-shm", of: file) == nil else { return nil }
            return [try file.descriptor.status()] + [log].compactMap { $0 }
        } catch {
            // What cannot be looked at may be in use.
            return nil
        }
    }

    private func companion(_ suffix: String, of file: OpenFile) throws(FileTreeError) -> FileStatus? {
        try companion(suffix, of: file.entry)
    }

    private func companion(_ suffix: String, of entry: TreeEntry) throws(FileTreeError) -> FileStatus? {
        do throws(FileTreeError) {
            return try entry.parent.status(of: PathBytes(entry.name.bytes + Array(suffix.utf8)))
        } catch {
            guard error.cause == .system(ENOENT) else { throw error }
            return nil
        }
    }

    /// Without a log the database is whole by itself; with one, both are copied to where SQLite may make its files.
    private func snapshotClosed(_ file: OpenFile) throws(SQLiteError) {
        let path = try folderPath(file.entry.parent) + [UInt8(ascii: "/")] + file.entry.name.bytes
        let hasLog: Bool
        do throws(FileTreeError) {
            hasLog = try companion("-wal", of: file) != nil
        } catch {
            throw .library(operation: "look for its log", reason: "\(error)")
        }
        guard hasLog else { return try snapshot(path, held: file.descriptor, isIdle: true) }
        let log = PathBytes(file.entry.name.bytes + Array("-wal".utf8))
        let plain: HeldDescriptor
        do throws(BackupError) {
            try copyPlain(file.descriptor, as: Self.plainName)
            try copyPlain(try open(log, in: file.entry.parent), as: Self.plainName + "-wal")
            plain = try open(PathBytes(Self.plainName), in: copies.held)
        } catch {
            if case .stopped = error { throw .stopped }
            throw .library(operation: "copy it", reason: "\(error)")
        }
        try snapshot(try folderPath(copies.held) + Array("/\(Self.plainName)".utf8), held: plain, isIdle: false)
    }

    private func open(_ name: PathBytes, in folder: HeldDescriptor) throws(BackupError) -> HeldDescriptor {
        do throws(FileTreeError) {
            return try folder.openFile(name)
        } catch {
            throw .repository(error)
        }
    }

    private func snapshot(_ path: [UInt8], held: HeldDescriptor, isIdle: Bool) throws(SQLiteError) {
        try SQLiteSnapshot.take(
            of: path, held: held.number, into: try copyPath(), isIdle: isIdle, shouldStop: { [stop] in stop.isStopped })
    }

    /// Copies as many bytes as there are now; a change meanwhile is found afterwards.
    private func copyPlain(_ source: HeldDescriptor, as name: String) throws(BackupError) {
        let target = try copies.newFile(name)
        let output = HashingOutput(descriptor: target.number)
        let size: Int64
        do throws(FileTreeError) {
            size = try source.status().size
        } catch {
            throw .repository(error)
        }
        let (_, failure) = try stream(source, [0..<size], size: size) { bytes throws(BackupError) in
            do throws(ArchiveError) {
                try output.write(bytes)
            } catch {
                throw .archive(error)
            }
        }
        if let failure { throw .repository(failure) }
    }

    /// Stores the copy, unless the parent has the same one.
    private func storeCopy(_ file: OpenFile, _ look: Look) throws(BackupError) {
        let copy: HeldDescriptor
        let size: Int64
        var isKnown = false
        do throws(FileTreeError) {
            copy = try copies.held.openFile(PathBytes(Self.copyName))
            size = try copy.status().size
            if case .openDatabase(let known) = look { isKnown = try StoredFileCheck.digest(of: copy).digest == known.content }
        } catch {
            throw .repository(error.at(copies.path.appending(PathBytes(Self.copyName))))
        }
        let hasLog = hasLog(file.entry)
        if isKnown, case .openDatabase(var known) = look, hasSameAttributes(known, file.descriptor, file.entry.status) {
            known.hadLog = hasLog
            return try keep(known)
        }
        try replace(file.earlier, by: ManifestEntry(path: file.path, status: file.entry.status))
        let (member, record) = builder.build(file.path, file.entry.status, file.attributes, kind: .regular(size: size, data: nil))
        var line = record
        var hasher = ContentHasher()
        line.place = try writeMember(member) { writing throws(BackupError) in
            let (missing, failure) = try stream(copy, [0..<size], size: size) { bytes throws(BackupError) in
                hasher.update(bytes)
                try writing.write(bytes)
            }
            if missing > 0 {
                throw .repository(failure ?? FileTreeError("read", copies.path.appending(PathBytes(Self.copyName)), .replaced))
            }
        }
        line.content = hasher.digest
        line.storedSize = size
        line.isDatabase = true
        line.hadLog = hasLog
        line.state = file.state
        remember(file.entry.status, at: file.path, isStored: true)
        tally.addStored(size)
        tally.databases += 1
        try self.record(line)
    }

    /// An empty file for its owner only; SQLite fills it.
    private func makeCopyFile() throws(SQLiteError) {
        do throws(BackupError) {
            try privateFolder?.make()
            _ = try copies.newFile(Self.copyName)
        } catch {
            throw .library(operation: "copy it", reason: "\(error)")
        }
    }

    private func removeCopy() {
        for name in [Self.copyName, Self.plainName] {
            for suffix in [""] + SQLiteFile.companionSuffixes {
                // What stays goes with the folder; a name in the way is an error when the next copy is made.
                _ = Result { () throws(BackupError) in try copies.remove(name + suffix) }
            }
        }
    }

    private func copyPath() throws(SQLiteError) -> [UInt8] {
        try folderPath(copies.held) + Array("/\(Self.copyName)".utf8)
    }

    /// The path by which SQLite, which knows paths only, reaches a held folder.
    private func folderPath(_ folder: HeldDescriptor) throws(SQLiteError) -> [UInt8] {
        do throws(FileTreeError) {
            return try HeldDescriptor.folder(at: PathBytes("/proc/self/fd")).linkTarget(PathBytes(String(folder.number))).bytes
        } catch {
            throw .library(operation: "open it", reason: error.reason)
        }
    }
}
