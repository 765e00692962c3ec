import Archive
import FileTree
import Glibc
import JobKit
import SQLiteFiles

/// Streams sources into one archive and its manifest: walk → pax → zstd frames → file, with bounded memory.
final class PointBuilder {
    /// The most groups of hard links with names still to come; further ones are stored as files of their own, and named.
    static let maximumLinkGroups = 1_000_000

    let settings: BackupSettings
    let stop: StopFlag
    let context: JobContext
    let staging: StoreFolder
    let growing: ExcludeRules
    /// Named exceptions so far.
    var findings: Findings
    /// Numbers so far.
    var tally = Tally()
    var builder = MemberBuilder()
    /// For content on its way.
    let buffer = ReadBuffer()
    /// Databases that could not be copied: their companions are stored as they are.
    var rawDatabases: Set<FileIdentity> = []

    private let archiveOutput: HashingOutput
    private let frames: ZstdFrameWriter
    private let pax: PaxWriter
    private let manifest: ManifestWriter
    private var links: [FileIdentity: (name: PathBytes, left: UInt32)] = [:]
    private var entriesAtProgress = 0
    private var bytesAtProgress: Int64 = 0

    /// What the archive and the manifest became.
    struct Output {
        let archiveSize: Int64
        let archiveDigest: ContentDigest
        let manifestSize: Int64
        let manifestDigest: ContentDigest
    }

    init(
        settings: BackupSettings, context: JobContext, stop: StopFlag, staging: StoreFolder, files: PointFiles, sequence: Int,
        findings: Findings
    ) throws(BackupError) {
        self.settings = settings
        self.context = context
        self.stop = stop
        self.staging = staging
        self.findings = findings
        growing = try BackupRun.rules(settings.growing)
        let archiveFile = try staging.newFile(files.archive)
        let manifestFile = try staging.newFile(files.manifest)
        held = [archiveFile, manifestFile]
        do throws(ArchiveError) {
            let output = HashingOutput(descriptor: archiveFile.number)
            let threads = settings.threads > 0 ? settings.threads : Processors.count
            let frames = try ZstdFrameWriter(level: settings.compressionLevel, threads: threads) { bytes throws(ArchiveError) in
                try output.write(bytes)
            }
            pax = try PaxWriter { bytes throws(ArchiveError) in try frames.write(bytes) }
            manifest = try ManifestWriter(file: manifestFile, sequence: sequence)
            archiveOutput = output
            self.frames = frames
        } catch {
            throw .archive(error)
        }
    }

    private let held: [HeldDescriptor]

    /// Writes the manifest's first line.
    func begin(_ header: JSONLine) throws(BackupError) {
        do throws(ArchiveError) {
            try manifest.write(header)
        } catch {
            throw .archive(error)
        }
    }

    /// Stores one source.
    func store(_ source: BackupSettings.Source, walk: TreeWalk) throws(BackupError) {
        var walk = walk
        let prefix = PathBytes(source.name)
        while let event = walk.next() {
            try stop.check()
            switch event {
            case .entry(let entry): try store(entry, at: prefix.appending(entry.path))
            case .skipped(let path, let reason): noteSkipped(prefix.appending(path), reason)
            case .failed(let error): try noteFailed(error.at(prefix.appending(error.path)))
            }
            reportProgress()
        }
    }

    private func reportProgress() {
        guard tally.entries >= entriesAtProgress + 1000 || tally.bytes >= bytesAtProgress + (64 << 20) else { return }
        entriesAtProgress = tally.entries
        bytesAtProgress = tally.bytes
        context.progress(done: Double(tally.entries), total: nil, unit: "entries")
    }

    private func noteSkipped(_ path: PathBytes, _ reason: SkipReason) {
        switch reason {
        case .excluded: tally.excluded += 1
        case .tooLarge:
            tally.excluded += 1
            findings.note("left out \(path): \(reason.rawValue)")
        case .socket, .otherFileSystem, .cacheFolder, .excludedFolder:
            tally.skipped += 1
            findings.note("left out \(path): \(reason.rawValue)")
        }
    }

    /// Stores any entry but a socket.
    private func store(_ entry: TreeEntry, at path: PathBytes) throws(BackupError) {
        if entry.status.type == .regular { return try storeFile(entry, at: path) }
        guard let kind = try kind(of: entry, at: path) else { return }
        let attributes = try attributes(of: entry, at: path)
        let (member, record) = builder.build(path, entry.status, attributes, kind: kind)
        var line = record
        if case .symbolicLink(let target) = kind { line.target = PathBytes(target) }
        try write(member, line) { (_: Writing) throws(BackupError) in }
    }

    /// Nil when a link could not be read, or has become a name of another entry.
    private func kind(of entry: TreeEntry, at path: PathBytes) throws(BackupError) -> ArchiveMember.Kind? {
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
                try noteFailed(error.at(path), entry.status)
                return nil
            }
        case .regular, .socket: return nil
        }
    }

    private func attributes(of entry: TreeEntry, at path: PathBytes) throws(BackupError) -> ExtendedAttributes {
        do throws(FileTreeError) {
            if let folder = entry.folder { return try ExtendedAttributes(of: folder) }
            // What is mounted here, or may not be opened, tells nothing more.
            if entry.status.type == .folder { return ExtendedAttributes() }
            return try ExtendedAttributes(of: entry.name, in: entry.parent)
        } catch {
            findings.warn("\(error.at(path)); stored without them")
            return ExtendedAttributes()
        }
    }

    /// Something of the tree is not in the archive. A file that is gone is no fault: the point shows the tree as it is.
    func noteFailed(_ error: FileTreeError, _ status: FileStatus? = nil) throws(BackupError) {
        if error.cause.isAbsence, status?.type != .folder {
            // A journal comes and goes with each change of its database.
            if SQLiteFile.companionSuffixes.contains(where: error.path.hasSuffix) { return }
            tally.vanished += 1
            return findings.note("\(error.path) vanished before it was read")
        }
        findings.warn("\(error)")
        var line = ManifestEntry(path: error.path, status: status)
        line.state = .unreadable(error.code)
        try record(line)
    }

    /// The name under which a file with several names was stored; nil, and remembered, for its first one.
    func firstName(of status: FileStatus) -> PathBytes? {
        guard status.linkCount > 1 else { return nil }
        if let group = links[status.identity] {
            links[status.identity] = group.left > 1 ? (group.name, group.left - 1) : nil
            return group.name
        }
        return nil
    }

    /// Remembers a stored file with several names.
    func remember(_ status: FileStatus, at path: PathBytes) {
        guard status.linkCount > 1, links[status.identity] == nil else { return }
        guard links.count < Self.maximumLinkGroups else {
            return findings.warn("\(path) has other names that are stored as files of their own: too many groups of hard links")
        }
        links[status.identity] = (path, status.linkCount - 1)
    }

    /// Takes content for the member that is open.
    struct Writing {
        fileprivate let pax: PaxWriter

        func write(_ bytes: UnsafeRawBufferPointer) throws(BackupError) {
            do throws(ArchiveError) {
                try pax.write(bytes)
            } catch {
                throw .archive(error)
            }
        }
    }

    /// Writes a member with the content that `body` gives, and its line.
    func write(
        _ member: ArchiveMember, _ line: ManifestEntry, content body: (Writing) throws(BackupError) -> Void
    ) throws(BackupError) {
        var line = line
        line.place = try writeMember(member, content: body)
        try record(line)
    }

    /// Writes a member.
    /// - Returns: its place in the archive before compression.
    func writeMember(_ member: ArchiveMember, content body: (Writing) throws(BackupError) -> Void) throws(BackupError) -> Int64 {
        let place = frames.contentSize
        try archive { () throws(ArchiveError) in try pax.begin(member) }
        try body(Writing(pax: pax))
        try archive { () throws(ArchiveError) in try pax.endMember() }
        return place
    }

    /// Adds a line to the manifest.
    func record(_ line: ManifestEntry) throws(BackupError) {
        if line.place != nil { tally.entries += 1 }
        try archive { () throws(ArchiveError) in try manifest.add(line, frames: frames.frames) }
    }

    /// Ends the archive and the manifest, and makes both survive a loss of power.
    func finish(ended: String) throws(BackupError) -> Output {
        try archive { () throws(ArchiveError) in
            try pax.finish()
            try frames.finish()
            try archiveOutput.synchronize()
            var last = JSONLine()
            last.add("ended", ended)
            last.add("entries", tally.entries)
            last.add("files", tally.files)
            last.add("bytes", tally.bytes)
            last.add("warnings", findings.warnings)
            last.add("archive_size", archiveOutput.size)
            last.add("archive_sha256", archiveOutput.digest.description)
            try manifest.finish(frames: frames.frames, last: last)
        }
        let (size, digest) = manifest.result
        return Output(
            archiveSize: archiveOutput.size, archiveDigest: archiveOutput.digest, manifestSize: size, manifestDigest: digest)
    }

    /// Bytes of the frames written so far, before and after compression.
    var sizes: (content: Int64, compressed: Int64) {
        guard let last = frames.frames.last else { return (0, 0) }
        return (last.contentOffset + last.contentSize, last.offset + last.size)
    }

    private func archive(_ body: () throws(ArchiveError) -> Void) throws(BackupError) {
        do throws(ArchiveError) {
            try body()
        } catch {
            throw .archive(error)
        }
    }
}

extension FileTreeError.Cause {
    /// Whether the name stands for nothing any more.
    var isAbsence: Bool { self == .system(ENOENT) }
}
