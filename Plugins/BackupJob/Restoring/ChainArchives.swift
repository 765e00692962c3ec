import Archive
import FileTree

/// The archives of a chain, each opened when it is asked for first.
final class ChainArchives {
    /// The most that are open at once; beyond that the one that was asked for longest ago is closed.
    private static let maximumOpen = 16

    private let folder: StoreFolder
    private var open: [Int: (cursor: ArchiveCursor, use: Int)] = [:]
    private var uses = 0

    init(in folder: StoreFolder) {
        self.folder = folder
    }

    /// The member at a location.
    func member(at location: ManifestEntry.Location) throws(StoreDamage) -> PaxReader {
        let name = PointFiles(sequence: location.sequence).archive
        let cursor = try cursor(location.sequence, name)
        do throws(ArchiveError) {
            return try cursor.member(at: location)
        } catch {
            throw StoreDamage(path: folder.path.appending(PathBytes(name)), reason: "\(error)")
        }
    }

    private func cursor(_ sequence: Int, _ name: String) throws(StoreDamage) -> ArchiveCursor {
        uses += 1
        if let known = open[sequence] {
            open[sequence] = (known.cursor, uses)
            return known.cursor
        }
        if open.count >= Self.maximumOpen, let oldest = open.min(by: { $0.value.use < $1.value.use }) { open[oldest.key] = nil }
        do throws(FileTreeError) {
            let cursor = ArchiveCursor(try folder.held.openFile(PathBytes(name)))
            open[sequence] = (cursor, uses)
            return cursor
        } catch {
            throw StoreDamage(path: folder.path.appending(PathBytes(name)), reason: error.reason)
        }
    }
}
