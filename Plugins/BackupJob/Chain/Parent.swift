import Archive
import FileTree
import FoundationEssentials

/// The point that an increment builds on, with its listing ready to be read.
struct Parent {
    let record: PointRecord
    let listing: ParentListing
    /// The archives that hold what the listing names.
    let archives: ChainArchives
    /// When the listing was made: what changed from two seconds before that on, one look cannot tell.
    let started: Date
    /// Of the tags of large files' blocks; nil when there are none.
    let blockKey: [UInt8]?

    /// - Throws: when the chain is not whole enough to build on it.
    init(_ record: PointRecord, chain points: [PointRecord], in group: StoreFolder, _ cache: ListingCache) throws(StoreDamage) {
        let folder = try Self.open(record.chain, in: group)
        for point in points {
            // What it builds on, and what every later look at the chain needs.
            for file in [point.archive, point.manifest].compactMap(\.self) { try Self.check(file, in: folder) }
        }
        let manifest = try Self.manifest(of: record, in: folder, cache)
        guard manifest.header.chain == record.chain else { throw manifest.damage("it belongs to another chain") }
        self.record = record
        started = manifest.header.started
        blockKey = manifest.header.blockKey.flatMap { $0.count == BlockAuthenticator.keySize ? Array($0) : nil }
        listing = try ParentListing(manifest)
        archives = ChainArchives(in: folder)
    }

    /// Of an encrypted point the list that this machine keeps, else what a key opens.
    private static func manifest(
        of record: PointRecord, in folder: StoreFolder, _ cache: ListingCache
    ) throws(StoreDamage) -> ManifestReader {
        do throws(StoreDamage) {
            if let listing = try cache.listing(of: record) { return listing }
        } catch {
            guard folder.keys == nil else { return try ManifestReader(record, in: folder) }
            throw StoreDamage(path: error.path, reason: "\(error.reason); without it and without a key nobody knows what has changed")
        }
        return try ManifestReader(record, in: folder)
    }

    private static func open(_ chain: String, in group: StoreFolder) throws(StoreDamage) -> StoreFolder {
        do throws(BackupError) {
            return try group.folder("c-\(chain)")
        } catch {
            throw StoreDamage(path: group.path.appending(PathBytes("c-\(chain)")), reason: "\(error)")
        }
    }

    private static func check(_ file: PointRecord.StoredFile, in folder: StoreFolder) throws(StoreDamage) {
        let path = folder.path.appending(PathBytes(file.file))
        let size: Int64
        do throws(FileTreeError) {
            size = try folder.held.status(of: PathBytes(file.file)).size
        } catch {
            throw StoreDamage(path: path, reason: error.reason)
        }
        guard size == file.size else { throw StoreDamage(path: path, reason: "it has \(size) bytes instead of \(file.size)") }
    }
}
