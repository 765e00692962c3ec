import Archive
import FileTree

/// The archives of a chain, each opened when it is asked for first.
final class ChainArchives {
    /// The most that are open at once; beyond that the one that was asked for longest ago is closed.
    private static let maximumOpen = 16

    private let folder: StoreFolder
    /// Whether its archives are encrypted.
    private lazy var isEncrypted = Self.isEncrypted(folder)
    private var open: [Int: (cursor: ArchiveCursor, use: Int)] = [:]
    private var uses = 0

    init(in folder: StoreFolder) {
        self.folder = folder
    }

    /// The member at a location.
    func member(at location: ManifestEntry.Location) throws(StoreDamage) -> PaxReader {
        let name = name(of: location.sequence)
        let cursor = try cursor(location.sequence, name)
        do throws(ArchiveError) {
            return try cursor.member(at: location)
        } catch {
            throw StoreDamage(path: folder.path.appending(PathBytes(name)), reason: "\(error)")
        }
    }

    /// The name of an archive of the chain.
    func name(of sequence: Int) -> String { PointFiles(sequence: sequence, isEncrypted: isEncrypted).archive }

    private static func isEncrypted(_ folder: StoreFolder) -> Bool {
        let names = Result { () throws(BackupError) in try folder.names() }
        guard case .success(let names) = names else { return false }
        return names.contains(where: PointFiles.isEncryptedArchive)
    }

    private func cursor(_ sequence: Int, _ name: String) throws(StoreDamage) -> ArchiveCursor {
        uses += 1
        if let known = open[sequence] {
            open[sequence] = (known.cursor, uses)
            return known.cursor
        }
        if open.count >= Self.maximumOpen, let oldest = open.min(by: { $0.value.use < $1.value.use }) { open[oldest.key] = nil }
        let cursor = ArchiveCursor(try StoredSource(name, in: folder))
        open[sequence] = (cursor, uses)
        return cursor
    }
}
