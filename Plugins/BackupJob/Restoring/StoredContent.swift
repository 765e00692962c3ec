import Archive
import FileTree

/// The content of a regular file as a point has it: a member of an archive, with the patches of later points over it, cut where those cut it.
struct StoredContent {
    let entry: ManifestEntry
    let archives: ChainArchives

    /// Bytes that it has.
    var size: Int64 { entry.storedSize ?? entry.status?.size ?? 0 }

    /// Hands out all of it, as ``MemberContent`` does.
    /// - Parameter member: the open member at the entry's location.
    func read(
        from member: PaxReader, _ take: (_ offset: Int64, _ bytes: UnsafeRawBufferPointer, _ isHole: Bool) throws(BackupError) -> Void
    ) throws(BackupError) {
        guard let baseSize = entry.baseSize else { return try MemberContent(reader: member, size: size, path: entry.path).read(take) }
        var overlay = try PatchOverlay(try patches(), base: baseSize, size: size, path: entry.path)
        try MemberContent(reader: member, size: baseSize, path: entry.path).read(upTo: size) {
            offset, bytes, isHole throws(BackupError) in
            try overlay.pass(offset, bytes, isHole, take)
        }
        try overlay.finish(take)
    }

    /// Whether the archives can have so many bytes of it, as far as that shows without reading them.
    /// - Throws: `damaged` where they cannot.
    func checkSize(of member: PaxReader) throws(BackupError) {
        try MemberContent(reader: member, size: entry.baseSize ?? size, path: entry.path).checkSize()
        if let baseSize = entry.baseSize { _ = try PatchOverlay(try patches(), base: baseSize, size: size, path: entry.path) }
    }

    /// Readers of its patches, oldest first.
    func patches() throws(BackupError) -> [PatchReader] {
        var readers: [PatchReader] = []
        for location in entry.patches {
            do throws(StoreDamage) {
                let member = try archives.member(at: location)
                do throws(ArchiveError) {
                    readers.append(try PatchReader(member))
                } catch {
                    throw StoreDamage(path: entry.path, reason: "its patch in \(PointFiles(sequence: location.sequence).archive): \(error)")
                }
            } catch {
                throw .damaged(error)
            }
        }
        return readers
    }
}
