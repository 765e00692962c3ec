import Archive
import FileTree

/// Members made of what earlier archives have.
extension PointBuilder {
    /// Stores an entry as earlier archives have it, its content compared with its checksum on the way.
    /// - Returns: its place in this archive.
    /// - Throws: `damaged` where the archives do not have what the list says.
    func copyMember(
        of entry: ManifestEntry, _ status: FileStatus, at location: ManifestEntry.Location, from archives: ChainArchives
    ) throws(BackupError) -> Int64 {
        let reader: PaxReader
        do throws(StoreDamage) {
            reader = try archives.member(at: location)
        } catch {
            throw .damaged(error)
        }
        let content = StoredContent(entry: entry, archives: archives)
        // Before a member is begun that would need all its bytes.
        if status.type == .regular { try content.checkSize(of: reader) }
        let data = status.type == .regular ? try content.dataRanges(of: reader) : nil
        let kind: ArchiveMember.Kind =
            switch status.type {
            case .regular, .socket: .regular(size: content.size, data: data)
            case .folder: .folder
            case .symbolicLink: .symbolicLink(target: entry.target?.bytes ?? [])
            case .fifo: .fifo
            case .characterDevice: .characterDevice(major: reader.device.major, minor: reader.device.minor)
            case .blockDevice: .blockDevice(major: reader.device.major, minor: reader.device.minor)
            }
        var member = Self.member(for: entry, status, kind)
        (member.attributes, member.accessRules) = (reader.attributes, reader.accessRules)
        return try writeMember(member) { writing throws(BackupError) in
            if status.type == .regular { try copyContent(content, from: reader, to: writing) }
        }
    }

    /// Stores another name of a file, as the list has it.
    func writeLink(_ entry: ManifestEntry, _ status: FileStatus, to first: PathBytes) throws(BackupError) -> Int64 {
        try writeMember(Self.member(for: entry, status, .hardLink(to: first.bytes))) { (_: Writing) throws(BackupError) in }
    }

    private static func member(for entry: ManifestEntry, _ status: FileStatus, _ kind: ArchiveMember.Kind) -> ArchiveMember {
        var member = ArchiveMember(path: entry.path.bytes, kind: kind)
        member.permissions = status.permissions
        (member.owner, member.group, member.ownerName, member.groupName) = (status.owner, status.group, entry.owner, entry.group)
        member.modified = (status.modified.seconds, status.modified.nanoseconds)
        return member
    }

    /// Passes on exactly as many bytes as it has.
    private func copyContent(_ content: StoredContent, from member: PaxReader, to writing: Writing) throws(BackupError) {
        var position: Int64 = 0
        var hasher = ContentHasher()
        let copied = Result { () throws(BackupError) in
            try content.read(from: member) { _, bytes, _ throws(BackupError) in
                try stop.check()
                hasher.update(bytes)
                try writing.write(bytes)
                position += Int64(bytes.count)
            }
        }
        // The member that was begun needs all its bytes.
        try passZeros(content.size - position) { zeros throws(BackupError) in try writing.write(zeros) }
        try copied.get()
        guard let expected = content.entry.content, hasher.digest != expected else { return }
        throw .damaged(StoreDamage(path: content.entry.path, reason: "its content is not what was stored"))
    }
}
