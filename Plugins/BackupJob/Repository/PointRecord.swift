import FileTree
import FoundationEssentials
import JobKit

/// What `point.json` says in clear text: ids, times, sizes, hashes and the outcome; no name of a stored file.
struct PointRecord: Codable, Hashable, Sendable {
    /// A file beside the record.
    struct StoredFile: Codable, Hashable, Sendable {
        /// Its name in the chain's folder.
        let file: String
        /// Bytes.
        let size: Int64
        /// Of the file as it lies there.
        let sha256: String
    }

    var format = Repository.format
    let point: String
    let chain: String
    let sequence: Int
    let set: String
    let type: String
    let job: String
    let run: String
    /// Counts the points of the set, from 1, whatever the clock says.
    let counter: Int
    let started: Date
    let ended: Date
    let outcome: String
    /// Exceptions that are named in the run's log and in the manifest.
    let warnings: Int
    /// Nil when nothing had changed: then there is nothing to restore beyond the points before.
    let archive: StoredFile?
    /// The whole listing; of a point without an archive the one of a point before.
    let manifest: StoredFile
    /// Entries of the tree, of every type.
    let entries: Int
    let files: Int
    /// Bytes of content of all files.
    let bytes: Int64
    /// Of the files, those that the archive of this point holds.
    let storedFiles: Int
    /// Bytes of their content before compression.
    let storedBytes: Int64
    /// Why this is a full point though an increment was asked for.
    let reason: String?
    /// Digest of the settings that decide what is stored.
    let options: String
    /// The point whose archives it was made of; nil for one that read the sources.
    let syntheticOf: String?
    /// For whom the archive and the manifest are encrypted; nil where they are not.
    let encryption: Encryption?

    /// The outcome of a point of which nothing is missing or doubtful; only such a point counts as good.
    static let goodOutcome = "succeeded"

    /// Bytes that a record may have.
    static let sizeLimit = 65_536

    /// Reads a committed record.
    init(reading name: String, in folder: StoreFolder) throws(BackupError) {
        let bytes = try folder.read(name, limit: Self.sizeLimit) ?? []
        try self.init(bytes, name: name, at: folder.path.appending(PathBytes(name)))
    }

    /// Reads the content of a record.
    /// - Parameters:
    ///   - name: its file's.
    ///   - path: for messages.
    init(_ bytes: [UInt8], name: String, at path: PathBytes) throws(BackupError) {
        do {
            self = try WireCoding.decoder().decode(PointRecord.self, from: Data(bytes))
            guard isPlausible, PointFiles(sequence: sequence).record == name else { throw Implausible() }
        } catch {
            throw .refused(
                JobFailure(
                    "the point's record \(path) cannot be read: \(error)", in: "repository",
                    fix: "restore that file from another copy of the repository; until then its chain is left alone", retry: .cannotHelp))
        }
    }

    /// Numbers that no run wrote.
    private struct Implausible: Error, CustomStringConvertible {
        let description = "its numbers are out of range"
    }

    private var isPlausible: Bool {
        let sizes = [archive?.size ?? 0, manifest.size, bytes, storedBytes]
        return (0..<10_000).contains(sequence) && (1..<1 << 53).contains(counter) && sizes.allSatisfy { (0..<1 << 60).contains($0) }
            && PointID(chain) != nil && PointID(point) != nil && names.allSatisfy(PointFiles.isPointFile)
    }

    /// Of the files beside the record: nothing else is ever opened for it.
    private var names: [String] { [archive?.file, manifest.file].compactMap(\.self) }

    /// The files of a point.
    typealias Files = (archive: StoredFile?, manifest: StoredFile, encryption: Encryption?)

    init(_ plan: PointPlan, set: String, context: JobContext, ended: Date, files: Files, tally: Tally, warnings: Int, options: String) {
        point = plan.id.description
        chain = plan.chain.description
        sequence = plan.sequence
        self.set = set
        type = plan.type.rawValue
        job = context.job
        run = context.run
        counter = plan.counter
        started = plan.started
        self.ended = ended
        outcome = warnings == 0 ? Self.goodOutcome : "warning"
        self.warnings = warnings
        archive = files.archive
        manifest = files.manifest
        encryption = files.encryption
        entries = tally.entries
        self.files = tally.files
        bytes = tally.bytes
        storedFiles = tally.storedFiles
        storedBytes = tally.storedBytes
        reason = plan.reason
        syntheticOf = plan.origin?.record.point
        self.options = options
    }
}
