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
        let entry = try increment?.parent.listing.advance(to: path) { gone throws(BackupError) in try passBy(gone) }
        if let entry { increment?.pass(entry) }
        return entry
    }

    private func passBy(_ entry: ManifestEntry) throws(BackupError) {
        increment?.pass(entry)
        guard let code = increment?.loss(of: entry.path) else { return try noteGone(entry) }
        try carry(entry, code: code)
    }

    /// Keeps the last good copy of something that cannot be read now.
    func carry(_ entry: ManifestEntry, code: Int32) throws(BackupError) {
        guard let increment else { return }
        var line = increment.alone(entry)
        line.state = .unreadable(code)
        // In a folder that is stored anew, nothing is left of the archives before.
        if increment.removed.covers(entry.path) { return try copyForward(line) }
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
        if let earlier { try carry(earlier, code: code) }
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
        } else if status.type == .folder, entry.state == .stored, earlier.metadata != nil, earlier.metadata != entry.metadata {
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
        if earlier.isDatabase {
            let isOpen = earlier.hadLog || hasLog(entry) || increment.isRecent(entry.status)
            return isOpen ? .openDatabase(earlier) : .unchanged(earlier)
        }
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
        if let failure {
            try noteFailed(failure.at(earlier.path), status, earlier)
            return true
        }
        let digest = hasher.digest
        guard case .success(let after) = Result(catching: { () throws(FileTreeError) in try file.status() }) else { return false }
        guard missing == 0, after.isUnchanged(since: status), hasSameAttributes(earlier, file, status) else { return false }
        guard digest != earlier.content else {
            try keep(earlier)
            return true
        }
        guard increment?.isRecent(status) == false else { return false }
        tally.alarms += 1
        findings.warn(
            "\(earlier.path) has other content than before, though nothing says that it was changed: a program has it mapped into memory, or the "
                + "disk is failing; the copy that was stored before is kept")
        try keep(earlier)
        return true
    }

    /// Whether the attributes, which may change within the same instant, are those that the parent has.
    func hasSameAttributes(_ earlier: ManifestEntry, _ file: HeldDescriptor, _ status: FileStatus) -> Bool {
        guard case .success(let attributes) = Result(catching: { () throws(FileTreeError) in try ExtendedAttributes(of: file) }) else {
            return false
        }
        return builder.build(earlier.path, status, attributes, kind: .regular(size: 0, data: nil)).1.metadata == earlier.metadata
    }

    /// Stores the parent's copy once more: behind a broken one that has its name, or in a folder that is stored anew.
    func copyForward(_ entry: ManifestEntry) throws(BackupError) {
        var line = entry
        guard let location = entry.location, let status = entry.status, let archives = increment?.parent.archives else {
            return try record(line)
        }
        do throws(BackupError) {
            line.place = try copyMember(of: entry, status, at: location, from: archives)
            line.becomeWhole()
        } catch {
            // Damage of the copy costs the copy; a full disk or a wish to stop is the run's.
            guard case .damaged = error else { throw error }
            findings.warn("the last good copy of \(entry.path) cannot be stored again: \(error)")
        }
        try record(line)
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
