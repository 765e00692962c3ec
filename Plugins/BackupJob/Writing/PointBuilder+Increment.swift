import Archive
import FileTree
import FoundationEssentials

/// What an increment leaves to its parent, and what it says of entries that are gone. Nothing here happens in a full point.
extension PointBuilder {
    /// What one look at a file and at the parent's listing tells.
    enum Look {
        /// It is to be stored.
        case changed
        /// It is as the parent has it.
        case unchanged(ManifestEntry)
        /// Its content has to be compared: it may have changed within the instant in which the parent looked, or it is its turn.
        case doubtful(ManifestEntry)
        /// A database that looks as before, and whose changes may lie in its log.
        case openDatabase(ManifestEntry)
    }

    /// What the parent says of a path; its entries that the walk passed by are gone.
    func parentEntry(at path: PathBytes) throws(BackupError) -> ManifestEntry? {
        try increment?.parent.listing.advance(to: path) { gone throws(BackupError) in try passBy(gone) }
    }

    private func passBy(_ entry: ManifestEntry) throws(BackupError) {
        guard let code = increment?.loss(of: entry.path) else { return try noteGone(entry) }
        var line = entry
        line.state = .unreadable(code)
        try record(line)
    }

    /// Something of the tree cannot be looked at; what the parent has of it, and of all below it, stays.
    func lose(_ error: FileTreeError) throws(BackupError) {
        let earlier = try parentEntry(at: error.path)
        increment?.enter(error.path)
        if !error.cause.isAbsence { increment?.lose(error.path, code: error.code) }
        try noteFailed(error, nil, earlier)
    }

    /// A source that is not there: all that the parent has of it stays.
    func loseSource(_ name: String, code: Int32) throws(BackupError) {
        let path = PathBytes(name)
        let earlier = try parentEntry(at: path)
        increment?.enter(path)
        increment?.lose(path, code: code)
        if let earlier { try passBy(earlier) }
    }

    /// The tree no longer has what the parent has.
    func noteGone(_ entry: ManifestEntry) throws(BackupError) {
        guard let increment, try increment.removed.add(entry.path) else { return }
        tally.removed += 1
        // Its folder looks as it does now only if that is written after the removal.
        if let folder = increment.folderToStore(entry.path.parent) {
            _ = try writeMember(folder) { (_: Writing) throws(BackupError) in }
        }
    }

    /// Prepares for an entry that is stored over another one: what tar would leave of that is removed first.
    func replace(_ earlier: ManifestEntry?, by entry: ManifestEntry) throws(BackupError) {
        guard let increment, let earlier, let before = earlier.status, let status = entry.status else { return }
        if before.type != status.type {
            _ = try increment.removed.add(entry.path)
        } else if status.type == .folder, earlier.metadata != nil, earlier.metadata != entry.metadata {
            // tar adds attributes to a folder that is there, and takes none away.
            _ = try increment.removed.add(entry.path)
            increment.renew(entry.path)
        }
    }

    /// Takes an entry over from the parent.
    func keep(_ earlier: ManifestEntry) throws(BackupError) {
        var line = earlier
        line.state = .unchanged
        if let status = earlier.status, status.type == .regular, earlier.firstName == nil {
            remember(status, at: earlier.path, isStored: false)
            tally.files += 1
            tally.bytes += earlier.storedSize ?? status.size
            if earlier.isDatabase { tally.databases += 1 }
        }
        try record(line)
    }

    /// What can be told of a file without reading it.
    func look(at entry: TreeEntry, _ earlier: ManifestEntry?, in group: LinkGroups.Group?) -> Look {
        guard let increment, let earlier, increment.isSame(earlier, entry.status), earlier.firstName == group?.name else { return .changed }
        // Another name of a file is what became of its first name.
        if let group { return group.isStored ? .changed : .unchanged(earlier) }
        if earlier.isDatabase { return hasLog(entry) || increment.isRecent(entry.status) ? .openDatabase(earlier) : .unchanged(earlier) }
        return increment.isRecent(entry.status) || isDue(earlier) ? .doubtful(earlier) : .unchanged(earlier)
    }

    /// Whether it is the file's turn to be read though it looks unchanged.
    private func isDue(_ earlier: ManifestEntry) -> Bool {
        guard settings.rereadAfter > 0, let content = earlier.content?.bytes else { return false }
        return (Int(content[0]) << 8 | Int(content[1])) % settings.rereadAfter == turn % settings.rereadAfter
    }

    /// Reads a file that looks unchanged and compares.
    /// - Returns: false when it is to be stored.
    func settle(_ earlier: ManifestEntry, _ file: HeldDescriptor, _ status: FileStatus) throws(BackupError) -> Bool {
        var hasher = ContentHasher()
        let (missing, failure) = try stream(file, DataRanges.of(file, status: status) ?? [0..<status.size], size: status.size) {
            hasher.update($0)
        }
        let digest = hasher.digest
        guard case .success(let after) = Result(catching: { () throws(FileTreeError) in try file.status() }) else { return false }
        guard missing == 0, failure == nil, after.isUnchanged(since: status) else { return false }
        guard digest != earlier.content else {
            try keep(earlier)
            return true
        }
        guard increment?.isRecent(status) == false else { return false }
        tally.alarms += 1
        findings.warn(
            "\(earlier.path) has other content than before, though nothing says that it was changed: the disk may be failing; "
                + "the copy that was stored before is kept")
        try keep(earlier)
        return true
    }

    /// Adds what is left of the parent, and the list of what is gone.
    func finishIncrement() throws(BackupError) {
        guard let increment else { return }
        try increment.parent.listing.finish { gone throws(BackupError) in try passBy(gone) }
        let size = increment.removed.size
        guard size > 0 else { return }
        let list = try increment.removed.opened()
        var member = ArchiveMember(path: Array(Increment.removedName.utf8), kind: .regular(size: size, data: nil))
        member.modified = (Int64(started.timeIntervalSince1970), 0)
        _ = try writeMember(member) { writing throws(BackupError) in
            let (_, failure) = try stream(list, [0..<size], size: size) { bytes throws(BackupError) in try writing.write(bytes) }
            if let failure { throw .repository(failure) }
        }
    }
}
