import Archive
import FileTree
import FoundationEssentials
import Glibc
import JobKit
import SQLiteFiles

/// Streams sources into one archive and its manifest: walk → pax → zstd frames → file, with bounded memory.
final class PointBuilder {
    let settings: BackupSettings
    let stop: StopFlag
    let context: JobContext
    let staging: StoreFolder
    /// Where copies of databases are made: never in the clear in a repository that is encrypted.
    var copies: StoreFolder { privateFolder?.folder ?? staging }
    let privateFolder: PrivateFolder?
    let growing: ExcludeRules
    /// Files whose change while they are read is no warning.
    let mayChange: ExcludeRules
    /// Named exceptions so far.
    var findings: Findings
    /// Numbers so far.
    var tally = Tally()
    var builder = MemberBuilder()
    /// For content on its way.
    let buffer: ReadBuffer
    /// Of all that is read.
    let meter: ReadMeter
    /// Databases that could not be copied: their companions are stored as they are.
    var rawDatabases: Set<FileIdentity> = []
    /// Files with several names.
    var links = LinkGroups()
    /// What this run adds to; nil for a point that needs no other.
    let increment: Increment?
    /// The calendar's time at the run's start.
    let started: Date
    /// Counts the points of the set: which unchanged files are read again this time.
    let turn: Int
    /// Tells the blocks of large files apart.
    let authenticator: BlockAuthenticator
    /// Patches begun in this archive.
    var patchCount = 0
    /// Members that the archive has.
    private(set) var members = 0

    private let archiveOutput: PointOutput
    private let manifestOutput: PointOutput
    /// The list in the clear, where this machine could not read the other one.
    private let listingOutput: PointOutput?
    private let plan: PointPlan
    private let frames: ZstdFrameWriter
    private let pax: PaxWriter
    private let manifest: ManifestWriter

    init(
        settings: BackupSettings, context: JobContext, stop: StopFlag, staging: StoreFolder, plan: PointPlan, findings: Findings
    ) throws(BackupError) {
        self.settings = settings
        self.context = context
        self.stop = stop
        self.staging = staging
        self.findings = findings
        growing = try BackupRun.rules(settings.growing)
        mayChange = try BackupRun.rules(settings.mayChange)
        started = plan.started
        authenticator = BlockAuthenticator(key: plan.blockKey)
        turn = plan.counter
        meter = ReadMeter(settings, context, stop, isIncrement: plan.parent != nil)
        buffer = ReadBuffer(meter: meter)
        increment = try plan.parent.map { parent throws(BackupError) in try Increment(on: parent, in: staging) }
        self.plan = plan
        privateFolder = plan.encryption == nil ? nil : PrivateFolder(in: context.temporaryDirectory, "acore-backup-\(plan.id)")
        let archiveFile = try staging.newFile(plan.files.archive)
        let manifestFile = try staging.newFile(plan.files.manifest)
        let needsListing = plan.encryption != nil && plan.type.group == .data
        let listingFile = needsListing ? try staging.newFile(ListingCache.stagedName) : nil
        do throws(ArchiveError) {
            let output = try PointOutput(archiveFile, for: settings.encryption.recipients)
            manifestOutput = try PointOutput(manifestFile, for: settings.encryption.listRecipients)
            listingOutput = try listingFile.map { file throws(ArchiveError) in try PointOutput(file, for: []) }
            let threads = settings.threads > 0 ? settings.threads : Processors.count
            let frames = try ZstdFrameWriter(level: settings.compressionLevel, threads: threads) { bytes throws(ArchiveError) in
                try output.write(bytes)
            }
            pax = try PaxWriter { bytes throws(ArchiveError) in try frames.write(bytes) }
            manifest = try ManifestWriter(
                outputs: [manifestOutput] + [listingOutput].compactMap(\.self), sequence: plan.sequence)
            archiveOutput = output
            self.frames = frames
        } catch {
            throw .archive(error)
        }
    }

    /// Writes the manifest's first line.
    func begin(_ header: JSONLine) throws(BackupError) {
        do throws(ArchiveError) {
            try manifest.begin(header)
        } catch {
            throw .archive(error)
        }
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
        if let folder = increment?.folderToStore(PathBytes(member.path).parent) {
            try putMember(folder) { (_: Writing) throws(BackupError) in }
        }
        let place = frames.contentSize
        try putMember(member, content: body)
        return place
    }

    private func putMember(_ member: ArchiveMember, content body: (Writing) throws(BackupError) -> Void) throws(BackupError) {
        members += 1
        try archive { () throws(ArchiveError) in try pax.begin(member) }
        try body(Writing(pax: pax))
        try archive { () throws(ArchiveError) in try pax.endMember() }
    }

    /// Remembers a file with several names.
    func remember(_ status: FileStatus, at path: PathBytes, isStored: Bool) {
        if links.remember(status, at: path, isStored: isStored) { return }
        findings.warn("\(path) has other names that are stored as files of their own: too many groups of hard links")
    }

    /// Adds a line to the manifest.
    func record(_ line: ManifestEntry) throws(BackupError) {
        if line.place != nil || line.location != nil { tally.entries += 1 }
        try archive { () throws(ArchiveError) in
            try manifest.add(line, frames: frames.frames)
            guard manifest.isCrowded else { return }
            try frames.cut()
            try manifest.catchUp(frames: frames.frames)
        }
    }

    /// Ends the archive and the manifest, and makes both survive a loss of power.
    func finish(ended: String) throws(BackupError) -> PointRecord.Files {
        try archive { () throws(ArchiveError) in
            try pax.finish()
            try frames.finish()
            try archiveOutput.finish()
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
        var encryption = plan.encryption
        encryption?.listing = listingOutput?.stored(as: ListingCache.name(chain: plan.chain.description, plan.files))
        return (archiveOutput.stored(as: plan.files.archive), manifestOutput.stored(as: plan.files.manifest), encryption)
    }

    /// Returns when no thread writes any more, also where the point is given up: only then is its room free again.
    func settle() {
        frames.settle()
        manifest.settle()
    }

    /// Bytes of the frames written so far, before and after compression.
    var sizes: (content: Int64, compressed: Int64) {
        guard let last = frames.frames.last else { return (0, 0) }
        return (last.contentOffset + last.contentSize, last.offset + last.size)
    }

    /// Passes errors of the archive on as the run's.
    func archive(_ body: () throws(ArchiveError) -> Void) throws(BackupError) {
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
