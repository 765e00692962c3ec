import Archive
import FileTree
import JobKit

/// Regular files: compared before and after they are read, and read again when they changed.
extension PointBuilder {
    /// Larger files that change while they are read are named at once: reading them again would store them again.
    static let retryLimit: Int64 = 256 << 20

    /// A regular file that is being stored.
    struct OpenFile {
        let entry: TreeEntry
        /// As in the archive.
        let path: PathBytes
        let descriptor: HeldDescriptor
        /// What it was when it was opened.
        let opened: FileStatus
        let attributes: ExtendedAttributes
        /// Whether those are all of them.
        let state: ManifestEntry.State
        /// What the parent has of it.
        let earlier: ManifestEntry?
        /// Whether the archive has a copy of it that is not to count.
        var isBegun = false
    }

    /// Why what was stored is not what the file holds.
    private enum Fault {
        case changed
        case shrank(missing: Int64)
        case unreadable(FileTreeError)
    }

    /// Stores a file, or its name when it has another one that is stored already, or keeps it as the parent has it.
    func storeFile(_ entry: TreeEntry, at path: PathBytes, _ earlier: ManifestEntry?) throws(BackupError) {
        // Before anything is kept: beside a consistent copy an older log is poison.
        if isCompanion(entry) {
            if let earlier { try noteGone(earlier) }
            tally.skipped += 1
            return
        }
        let group = links.group(of: entry.status)
        let look = look(at: entry, earlier, in: group)
        if case .unchanged(let known) = look { return try keep(known) }
        if let group {
            try replace(earlier, by: ManifestEntry(path: path, status: entry.status))
            return try storeLink(entry, at: path, to: group.name)
        }
        switch Result(catching: { () throws(FileTreeError) in try entry.openWithStatus() }) {
        case .failure(let error): try noteFailed(error.at(path), entry.status, earlier)
        case .success(let (descriptor, opened)):
            if case .doubtful(let known) = look, try settle(known, descriptor, entry.status) { return }
            let (attributes, state) = attributes(at: path) { () throws(FileTreeError) in try ExtendedAttributes(of: descriptor) }
            let file = OpenFile(
                entry: entry, path: path, descriptor: descriptor, opened: opened, attributes: attributes, state: state, earlier: earlier)
            if try !storeDatabase(file, look) { try storeContent(file) }
        }
    }

    private func storeLink(_ entry: TreeEntry, at path: PathBytes, to first: PathBytes) throws(BackupError) {
        let (member, record) = builder.build(path, entry.status, ExtendedAttributes(), kind: .hardLink(to: first.bytes))
        var line = record
        line.firstName = first
        try write(member, line) { (_: Writing) throws(BackupError) in }
    }

    private func storeContent(_ file: OpenFile) throws(BackupError) {
        try replace(file.earlier, by: ManifestEntry(path: file.path, status: file.entry.status))
        var file = file
        for attempt in 0...settings.retries {
            try stop.check()
            let look = Result { () throws(FileTreeError) in attempt == 0 ? file.opened : try file.descriptor.status() }
            switch look {
            case .failure(let error): return try noteFailed(error.at(file.path), of: file, file.entry.status)
            case .success(let status):
                let mayRetry = attempt < settings.retries && status.size <= Self.retryLimit
                // A patch is laid over what the parent has, and not over a broken copy in this archive.
                if status.size >= BlockDigests.smallestFile, !file.isBegun, try storePatch(file, status) { return }
                if status.size <= Int64(ReadBuffer.size) {
                    if try storeSmall(file, status, mayRetry: mayRetry) { return }
                } else {
                    if try storeLarge(file, status, mayRetry: mayRetry) { return }
                    file.isBegun = true
                }
            }
        }
    }

    /// The file cannot be read any more. tar takes the last member of a name: the last good copy comes behind a broken one.
    private func noteFailed(_ error: FileTreeError, of file: OpenFile, _ status: FileStatus) throws(BackupError) {
        guard file.isBegun, let earlier = file.earlier, earlier.location != nil, var line = increment?.alone(earlier) else {
            return try noteFailed(error, status, file.earlier)
        }
        findings.warn("\(error); its last good copy is stored again")
        line.state = .unreadable(error.code)
        try copyForward(line)
    }

    /// Reads the whole file before its header is written.
    /// - Returns: false when it changed and is to be read again.
    private func storeSmall(_ file: OpenFile, _ status: FileStatus, mayRetry: Bool) throws(BackupError) -> Bool {
        let ranges = DataRanges.of(file.descriptor, status: status)
        let reading = Result { () throws(FileTreeError) in
            (bytes: try buffer.read(Int(status.size), of: file.descriptor, at: 0), after: try file.descriptor.status())
        }
        switch reading {
        case .failure(let error): try noteFailed(error.at(file.path), of: file, status)
        case .success(let (bytes, after)):
            let missing = status.size - Int64(bytes.count)
            let fault = fault(of: file, status, after, missing: missing)
            if let fault, mayRetry, !isExpected(fault, file) { return false }
            var hasher = ContentHasher()
            hasher.update(bytes)
            hasher.update(buffer.zeros(Int(missing)))
            let digest = hasher.digest
            // Where the holes were says nothing of a file that changed since.
            var (member, line) = build(file, status, fault == nil ? ranges : nil)
            line.place = try writeMember(member) { writing throws(BackupError) in
                try writing.write(bytes)
                if missing > 0 { try writing.write(buffer.zeros(Int(missing))) }
            }
            line.content = digest
            try record(line, of: file, status, fault)
        }
        return true
    }

    /// Streams the file; when it changed and may be read again, the archive holds it twice and the later one counts.
    private func storeLarge(_ file: OpenFile, _ status: FileStatus, mayRetry: Bool) throws(BackupError) -> Bool {
        var hasher = ContentHasher()
        var missing: Int64 = 0
        var failure: FileTreeError?
        var blocks =
            status.size < BlockDigests.smallestFile
            ? nil : BlockHasher(authenticator, blockSize: BlockDigests.blockSize(for: status.size))
        let ranges = DataRanges.of(file.descriptor, status: status)
        var (member, line) = build(file, status, ranges)
        line.place = try writeMember(member) { writing throws(BackupError) in
            (missing, failure) = try stream(file.descriptor, ranges ?? [0..<status.size], size: status.size) { bytes throws(BackupError) in
                hasher.update(bytes)
                try archive { () throws(ArchiveError) in try blocks?.update(bytes) }
                try writing.write(bytes)
            }
        }
        var tags: BlockDigests?
        try archive { () throws(ArchiveError) in tags = try blocks?.finish() }
        var found: Fault?
        if let failure {
            found = .unreadable(failure.at(file.path))
        } else {
            switch Result(catching: { () throws(FileTreeError) in try file.descriptor.status() }) {
            case .failure(let error): found = .unreadable(error.at(file.path))
            case .success(let after): found = fault(of: file, status, after, missing: missing)
            }
            if let found, mayRetry, !isExpected(found, file) { return false }
        }
        if case .unreadable(let error) = found, let earlier = file.earlier, earlier.location != nil {
            // tar takes the last member of a name: the last good copy comes behind the broken one.
            findings.warn("\(error); its last good copy is stored again")
            guard var line = increment?.alone(earlier) else { return true }
            line.state = .unreadable(error.code)
            try copyForward(line)
            return true
        }
        (line.content, line.blocks) = (hasher.digest, tags)
        try record(line, of: file, status, found)
        return true
    }

    /// Passes a part of a file on, up to `size`: data where there is some, zeros in holes and for what cannot be read.
    /// - Returns: bytes that the file lacked, and why it could not be read.
    func stream(
        _ file: HeldDescriptor, _ ranges: [Range<Int64>], from start: Int64 = 0, size: Int64,
        to sink: (UnsafeRawBufferPointer) throws(BackupError) -> Void
    ) throws(BackupError) -> (missing: Int64, failure: FileTreeError?) {
        var position = start
        for range in ranges {
            try passZeros(range.lowerBound - position, to: sink)
            position = range.lowerBound
            while position < range.upperBound {
                try stop.check()
                let count = Int(min(Int64(ReadBuffer.size), range.upperBound - position))
                switch Result(catching: { () throws(FileTreeError) in try buffer.read(count, of: file, at: position) }) {
                case .failure(let error):
                    try passZeros(size - position, to: sink)
                    return (size - position, error)
                case .success(let bytes):
                    try sink(bytes)
                    position += Int64(bytes.count)
                    guard bytes.count < count else { continue }
                    try passZeros(size - position, to: sink)
                    return (size - position, nil)
                }
            }
        }
        try passZeros(size - position, to: sink)
        return (0, nil)
    }

    func passZeros(_ count: Int64, to sink: (UnsafeRawBufferPointer) throws(BackupError) -> Void) throws(BackupError) {
        var left = count
        while left > 0 {
            try stop.check()
            let piece = min(left, Int64(ReadBuffer.size))
            try sink(buffer.zeros(Int(piece)))
            left -= piece
        }
    }

    private func build(_ file: OpenFile, _ status: FileStatus, _ ranges: [Range<Int64>]?) -> (ArchiveMember, ManifestEntry) {
        builder.build(file.path, status, file.attributes, kind: .regular(size: status.size, data: ranges))
    }

    /// Whether a file that was read is what one look at it before and one after show.
    func isWhole(_ file: OpenFile, _ before: FileStatus, _ after: FileStatus) -> Bool { fault(of: file, before, after, missing: 0) == nil }

    private func fault(of file: OpenFile, _ before: FileStatus, _ after: FileStatus, missing: Int64) -> Fault? {
        if missing > 0 { return .shrank(missing: missing) }
        if after.isUnchanged(since: before) { return nil }
        // A file that is only appended to: what was there at the start is whole.
        if after.size > before.size, growing.exclude(Self.below(file), isFolder: false) { return nil }
        return .changed
    }

    /// Whether a file may change while it is read: reading it again would store it again, and no better.
    private func isExpected(_ fault: Fault, _ file: OpenFile) -> Bool {
        if case .changed = fault { return mayChange.exclude(Self.below(file), isFolder: false) }
        return false
    }

    /// Its path as patterns are meant: below its source.
    private static func below(_ file: OpenFile) -> PathBytes {
        PathBytes(file.path.bytes.drop { $0 != UInt8(ascii: "/") }.dropFirst())
    }

    private func record(_ line: ManifestEntry, of file: OpenFile, _ status: FileStatus, _ fault: Fault?) throws(BackupError) {
        var line = line
        switch fault {
        case nil: line.state = rawDatabases.contains(status.identity) ? .raw : file.state
        case .changed:
            line.state = .changed
            if isExpected(.changed, file) {
                context.log(.info, "\(file.path) changed while it was read, as it may; stored as it was read")
            } else {
                findings.warn("\(file.path) changed each time it was read; stored as it was read last")
            }
        case .shrank(let missing):
            line.state = .changed
            findings.warn("\(file.path) shrank while it was read; its last \(missing) bytes are stored as zeros")
        case .unreadable(let error):
            line.state = .unreadable(error.code)
            findings.warn("\(error); what could not be read of it is stored as zeros")
        }
        remember(status, at: file.path, isStored: true)
        tally.addStored(status.size)
        try record(line)
    }
}
