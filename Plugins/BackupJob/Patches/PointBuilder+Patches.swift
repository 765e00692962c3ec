import Archive
import FileTree

/// Large files of which little has changed: the archive gets those blocks, and a list for `dd`.
extension PointBuilder {
    /// Stores the blocks that the parent does not have.
    /// - Returns: false when the file is to be stored as a whole.
    func storePatch(_ file: OpenFile, _ status: FileStatus) throws(BackupError) -> Bool {
        guard let earlier = file.earlier, let known = earlier.blocks, mayPatch(earlier, by: file, status),
            known.blockSize == BlockDigests.blockSize(for: status.size),
            let (content, blocks) = try digests(of: file, status, known.blockSize)
        else { return false }
        var list = PatchList(blockSize: known.blockSize)
        for block in 0..<blocks.count where block >= known.count || blocks[block] != known[block] { list.add(block) }
        let size = list.runs.reduce(into: 0 as Int64) { $0 += Self.size(of: $1, list.blockSize, file: status.size) }
        guard size * 2 <= status.size, let place = try writePatch(list, size, blocks, of: file, status) else { return false }
        var line = builder.build(file.path, status, file.attributes, kind: .regular(size: status.size, data: nil)).1
        (line.content, line.blocks) = (content, blocks)
        (line.location, line.patches) = (earlier.location, earlier.patches)
        // Also without a block: a file that was cut is the older content up to its new size.
        line.baseSize = earlier.baseSize ?? earlier.status?.size
        if list.count > 0 { (line.isPatched, line.place) = (true, place) }
        tally.addPatched(status.size, stored: size)
        try record(line)
        return true
    }

    /// Whether `dd` and `touch` are enough to make the file out of what was restored before.
    private func mayPatch(_ earlier: ManifestEntry, by file: OpenFile, _ status: FileStatus) -> Bool {
        guard let increment, let before = earlier.status, before.type == .regular, earlier.isTrustworthy, !earlier.isDatabase,
            earlier.patches.count < PatchMembers.maximumCount, !increment.isRenewing, !increment.removed.covers(file.path)
        else { return false }
        let isPlain = file.state == .stored && earlier.metadata == nil && status.modified.seconds >= 0
        return isPlain && !rawDatabases.contains(status.identity) && hasNoAttributes(file, status)
            && before.linkCount == 1 && status.linkCount == 1
            && (before.permissions, before.owner, before.group) == (status.permissions, status.owner, status.group)
    }

    private func hasNoAttributes(_ file: OpenFile, _ status: FileStatus) -> Bool {
        builder.build(file.path, status, file.attributes, kind: .regular(size: 0, data: nil)).1.metadata == nil
    }

    private static func size(of run: PatchList.Run, _ blockSize: Int, file size: Int64) -> Int64 {
        min(Int64(run.seek + run.count) * Int64(blockSize), size) - Int64(run.seek) * Int64(blockSize)
    }

    /// Nil when it cannot be read whole.
    private func digests(
        of file: OpenFile, _ status: FileStatus, _ blockSize: Int
    ) throws(BackupError) -> (ContentDigest, BlockDigests)? {
        var hasher = ContentHasher()
        var blocks = BlockHasher(authenticator, blockSize: blockSize)
        let ranges = DataRanges.of(file.descriptor, status: status) ?? [0..<status.size]
        let (missing, failure) = try stream(file.descriptor, ranges, size: status.size) { bytes throws(BackupError) in
            hasher.update(bytes)
            try archive { () throws(ArchiveError) in try blocks.update(bytes) }
        }
        guard missing == 0, failure == nil else { return nil }
        var found = BlockDigests(blockSize: blockSize)
        try archive { () throws(ArchiveError) in found = try blocks.finish() }
        return (hasher.digest, found)
    }

    /// Writes the members of a patch; the last one makes it one.
    /// - Returns: where it begins; nil when the file changed meanwhile, and what was written is no patch.
    private func writePatch(
        _ list: PatchList, _ size: Int64, _ blocks: BlockDigests, of file: OpenFile, _ status: FileStatus
    ) throws(BackupError) -> Int64? {
        patchCount += 1
        let folder = PatchMembers.folder(patchCount)
        let place = try writeText(list.text, "\(folder)/\(PatchMembers.list)")
        increment?.leaveFolders()
        var isSame = true
        let data = ArchiveMember(path: Array("\(folder)/\(PatchMembers.data)".utf8), kind: .regular(size: size, data: nil))
        _ = try writeMember(data) { writing throws(BackupError) in
            for run in list.runs {
                for block in run.seek..<run.seek + run.count {
                    isSame = try copy(block, blocks, of: file, status, to: writing) && isSame
                }
            }
        }
        guard isSame, case .success(let after) = Result(catching: { () throws(FileTreeError) in try file.descriptor.status() }),
            isWhole(file, status, after)
        else { return nil }
        var text = Array("\(status.size)\n\(status.modified.seconds).\(Self.nineDigits(status.modified.nanoseconds))\n./".utf8)
        text += file.path.bytes
        _ = try writeText(text, "\(folder)/\(PatchMembers.file)")
        return place
    }

    private func writeText(_ text: [UInt8], _ name: String) throws(BackupError) -> Int64 {
        let member = ArchiveMember(path: Array(name.utf8), kind: .regular(size: Int64(text.count), data: nil))
        return try writeMember(member) { writing throws(BackupError) in
            try text.withUnsafeBytes { bytes in Result { () throws(BackupError) in try writing.write(bytes) } }.get()
        }
    }

    private static func nineDigits(_ number: UInt32) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 9 - digits.count) + digits
    }

    /// Copies a block.
    /// - Returns: whether it still is what its tag says.
    private func copy(
        _ block: Int, _ blocks: BlockDigests, of file: OpenFile, _ status: FileStatus, to writing: Writing
    ) throws(BackupError) -> Bool {
        let start = Int64(block) * Int64(blocks.blockSize)
        let end = min(start + Int64(blocks.blockSize), status.size)
        var tags = BlockHasher(authenticator, blockSize: blocks.blockSize)
        let (missing, failure) = try stream(file.descriptor, [start..<end], from: start, size: end) { bytes throws(BackupError) in
            try archive { () throws(ArchiveError) in try tags.update(bytes) }
            try writing.write(bytes)
        }
        var found = BlockDigests(blockSize: blocks.blockSize)
        try archive { () throws(ArchiveError) in found = try tags.finish() }
        return missing == 0 && failure == nil && found[0] == blocks[block]
    }
}
