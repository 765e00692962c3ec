import Archive
import FileTree
import JobKit
import SQLiteFiles

/// What a walk meets, entry by entry; regular files are in a page of their own.
extension PointBuilder {
    /// Stores one source.
    /// - Parameter ahead: told of each entry.
    func store(_ source: BackupSettings.Source, walk: TreeWalk, ahead: ReadAhead?) throws(BackupError) {
        var walk = walk
        let prefix = PathBytes(source.name)
        while let event = walk.next() {
            ahead?.noteEntry()
            try stop.check()
            switch event {
            case .entry(let entry): try store(entry, at: prefix.appending(entry.path))
            case .skipped(let path, let reason): noteSkipped(prefix.appending(path), reason)
            case .failed(let error): try lose(error.at(prefix.appending(error.path)))
            }
            meter.noteEntry(tally)
        }
    }

    private func noteSkipped(_ path: PathBytes, _ reason: SkipReason) {
        switch reason {
        case .excluded:
            tally.excluded += 1
            if let warning = UnfinishedRestores.warning(about: path) { findings.warn(warning) }
        case .tooLarge:
            tally.excluded += 1
            findings.note("left out \(path): \(reason.rawValue)")
        case .socket, .otherFileSystem, .cacheFolder, .excludedFolder:
            tally.skipped += 1
            findings.note("left out \(path): \(reason.rawValue)")
        }
    }

    /// Stores any entry but a socket, or keeps it as the parent has it.
    private func store(_ entry: TreeEntry, at path: PathBytes) throws(BackupError) {
        let earlier = try parentEntry(at: path)
        increment?.enter(path)
        if entry.status.type == .regular { return try storeFile(entry, at: path, earlier) }
        let isKept = earlier.map { increment?.isSame($0, entry.status) == true && increment?.isRecent(entry.status) == false } ?? false
        if isKept, let earlier, entry.status.type != .folder { return try keep(earlier) }
        guard let kind = try kind(of: entry, at: path, earlier) else { return }
        let (attributes, state) = attributes(of: entry, at: path)
        let (member, record) = builder.build(path, entry.status, attributes, kind: kind)
        var line = record
        line.state = state
        // What a folder that may not be opened has is not known: it keeps what tar restored of it.
        if entry.status.type == .folder, entry.folder == nil, let earlier { line.metadata = earlier.metadata }
        if entry.status.type == .folder {
            increment?.descend(path, member, isStored: !isKept)
            if isKept, let earlier { return try keep(earlier) }
        }
        try replace(earlier, by: line)
        if case .symbolicLink(let target) = kind { line.target = PathBytes(target) }
        try write(member, line) { (_: Writing) throws(BackupError) in }
    }

    /// Nil when a link could not be read, or has become a name of another entry.
    private func kind(
        of entry: TreeEntry, at path: PathBytes, _ earlier: ManifestEntry?
    ) throws(BackupError) -> ArchiveMember.Kind? {
        let status = entry.status
        switch status.type {
        case .folder: return .folder
        case .fifo: return .fifo
        case .characterDevice: return .characterDevice(major: status.node.major, minor: status.node.minor)
        case .blockDevice: return .blockDevice(major: status.node.major, minor: status.node.minor)
        case .symbolicLink:
            do throws(FileTreeError) {
                return .symbolicLink(target: try entry.parent.linkTarget(entry.name).bytes)
            } catch {
                try noteFailed(error.at(path), entry.status, earlier)
                return nil
            }
        case .regular, .socket: return nil
        }
    }

    private func attributes(of entry: TreeEntry, at path: PathBytes) -> (ExtendedAttributes, ManifestEntry.State) {
        // What is mounted here, or may not be opened, tells nothing more.
        if entry.status.type == .folder, entry.folder == nil { return (ExtendedAttributes(), .stored) }
        return attributes(at: path) { () throws(FileTreeError) in
            if let folder = entry.folder { return try ExtendedAttributes(of: folder) }
            return try ExtendedAttributes(of: entry.name, in: entry.parent)
        }
    }

    /// The attributes, and whether that is all of them.
    func attributes(
        at path: PathBytes, _ read: () throws(FileTreeError) -> ExtendedAttributes
    ) -> (ExtendedAttributes, ManifestEntry.State) {
        do throws(FileTreeError) {
            let attributes = try read()
            guard let odd = attributes.attributes.first(where: { !$0.name.bytes.allSatisfy(Self.isPlain) }) else {
                return (attributes, .stored)
            }
            findings.warn("\(path) has the attribute \(odd.name), whose name tar restores otherwise")
            return (attributes, .incomplete)
        } catch {
            findings.warn("\(error.at(path)); stored without them")
            return (ExtendedAttributes(), .incomplete)
        }
    }

    /// Whether libarchive writes a byte of an attribute's name as it is.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "%") && byte != UInt8(ascii: "=")
    }

    /// Something of the tree is not in the archive. A file that is gone is no fault: the point shows the tree as it is.
    /// - Parameter earlier: what the parent has of it; it stays the last good copy.
    func noteFailed(_ error: FileTreeError, _ status: FileStatus?, _ earlier: ManifestEntry?) throws(BackupError) {
        if error.cause.isAbsence, status?.type != .folder {
            if let earlier { try noteGone(earlier) }
            // A journal comes and goes with each change of its database.
            if SQLiteFile.companionSuffixes.contains(where: error.path.hasSuffix) { return }
            tally.vanished += 1
            return findings.note("\(error.path) vanished before it was read")
        }
        findings.warn("\(error)")
        guard let earlier else {
            var line = ManifestEntry(path: error.path, status: status)
            line.state = .unreadable(error.code)
            return try record(line)
        }
        if let status, earlier.status?.type != status.type {
            var line = ManifestEntry(path: error.path, status: status)
            line.state = .unreadable(error.code)
            try noteGone(earlier)
            return try record(line)
        }
        try carry(earlier, code: error.code)
    }
}
