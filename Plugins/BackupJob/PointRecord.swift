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
    let archive: StoredFile
    let manifest: StoredFile
    /// Entries in the archive.
    let entries: Int
    let files: Int
    /// Bytes of content before compression.
    let bytes: Int64
    /// Digest of the settings that decide what is stored.
    let options: String

    /// Bytes that a record may have.
    private static let sizeLimit = 65_536

    /// Reads a committed record.
    init(reading name: String, in folder: StoreFolder) throws(BackupError) {
        do {
            let bytes = try folder.read(name, limit: Self.sizeLimit) ?? []
            self = try WireCoding.decoder().decode(PointRecord.self, from: Data(bytes))
        } catch let error as BackupError {
            throw error
        } catch {
            throw .refused(
                JobFailure(
                    "the point's record \(folder.path)/\(name) cannot be read: \(error)", in: "repository",
                    fix: "restore it from another copy of the repository, or remove the folder \(folder.path)", retry: .cannotHelp))
        }
    }

    init(
        point: PointID, chain: PointID, sequence: Int, set: String, type: String, job: String, run: String, counter: Int, started: Date,
        ended: Date, warnings: Int, archive: StoredFile, manifest: StoredFile, tally: Tally, options: String
    ) {
        self.point = point.description
        self.chain = chain.description
        self.sequence = sequence
        self.set = set
        self.type = type
        self.job = job
        self.run = run
        self.counter = counter
        self.started = started
        self.ended = ended
        outcome = warnings == 0 ? "succeeded" : "warning"
        self.warnings = warnings
        self.archive = archive
        self.manifest = manifest
        entries = tally.entries
        files = tally.files
        bytes = tally.bytes
        self.options = options
    }
}
