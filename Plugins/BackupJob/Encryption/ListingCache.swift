import FileTree

/// The readable list of a set's newest point, for a machine that can encrypt and not decrypt: the next increment compares the tree with it.
///
/// It lies in `cache/`, apart from the points: copies of the repository leave that folder out, and it may be removed at any time.
struct ListingCache {
    static let folderName = "cache"
    /// The name of a list that is not finished, in the folder of the run.
    static let stagedName = "listing.zst"

    /// The repository's folder.
    let root: StoreFolder
    let set: String

    /// The name of a point's list.
    static func name(chain: String, _ files: PointFiles) -> String { "c-\(chain).\(files.listing)" }

    /// Takes a finished list over, before its point is committed: so there is no moment without one.
    func keep(_ listing: PointRecord.StoredFile?, from staging: StoreFolder) throws(BackupError) {
        guard let listing else { return }
        let folder = try root.madeFolder(Self.folderName).madeFolder("set-\(set)")
        try staging.move(Self.stagedName, to: folder, as: listing.file)
        try folder.synchronize()
    }

    /// Removes the lists of all other points.
    func tidy(keeping listing: PointRecord.StoredFile?) throws(BackupError) {
        guard try root.names().contains(Self.folderName) else { return }
        let cache = try root.folder(Self.folderName)
        guard try cache.names().contains("set-\(set)") else { return }
        let folder = try cache.folder("set-\(set)")
        let names = try folder.names()
        let left = names.filter { $0 != listing?.file && $0.hasPrefix("c-") && $0.hasSuffix(PointFiles.listingSuffix) }
        for name in left { try folder.remove(name) }
        if left.count == names.count { try cache.remove("set-\(set)") }
    }

    /// Opens the list that a record speaks of, compared with its checksum.
    func listing(of record: PointRecord) throws(StoreDamage) -> ManifestReader? {
        guard let listing = record.encryption?.listing else { return nil }
        let folder: StoreFolder
        do throws(BackupError) {
            folder = try root.folder(Self.folderName).folder("set-\(set)")
        } catch {
            let path = root.path.appending(PathBytes("\(Self.folderName)/set-\(set)/\(listing.file)"))
            throw StoreDamage(path: path, reason: error.reason)
        }
        return try ManifestReader(listing, in: folder)
    }
}

extension BackupError {
    /// Without the path, for a sentence that names it.
    fileprivate var reason: String {
        if case .repository(let error) = self { error.reason } else { description }
    }
}
