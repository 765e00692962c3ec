import FileTree
import Glibc

/// Takes points out of the repository: each stops being one in a single step, and only then its data goes. Needs no free space.
struct PointRemoval {
    let repository: Repository
    let group: StoreFolder
    /// The group's folder in the repository: `set-NAME/data`.
    let name: String
    /// Told of each step right after it is done.
    let observe: (WriteStep) -> Void

    /// What became of it.
    struct Result {
        /// Points that are gone.
        var points = 0
        /// Bytes of their files.
        var bytes: Int64 = 0
        /// Chains that somebody reads: they go another time.
        var busy: [String] = []
    }

    /// - Parameter points: whole chains, or the ends of chains.
    func remove(_ points: [RetentionPoint]) throws(BackupError) -> Result {
        var result = Result()
        try forgetThoseStillHere()
        for (chain, members) in Dictionary(grouping: points, by: \.chain).sorted(by: { $0.key < $1.key }) {
            try remove(members.sorted { $0.sequence > $1.sequence }, ofChain: "c-\(chain)", &result)
        }
        return result
    }

    /// What the record of a point is named while its files are removed.
    static func takenName(of record: String, in chain: String) -> String { "\(chain)-\(record)" }

    private func remove(_ points: [RetentionPoint], ofChain name: String, _ result: inout Result) throws(BackupError) {
        let chain = try group.folder(name)
        guard chain.held.lock(.exclusive) else {
            guard errno == EWOULDBLOCK else { throw .repository(.last("lock", chain.path)) }
            result.busy.append(name)
            return
        }
        defer { chain.held.unlock() }
        try tellCopies(of: points, ofChain: name)
        let records = try chain.names().filter { $0.hasSuffix(PointFiles.recordSuffix) }
        result.bytes += try size(of: points, isWhole: records.count == points.count, in: chain)
        let temporary = try repository.root.madeFolder("tmp")
        if records.count == points.count {
            try group.move(name, to: temporary, as: name)
            try group.synchronize()
            observe(.chainTaken)
            result.points += points.count
            return try temporary.remove(name)
        }
        for point in points {
            let files = PointFiles(sequence: point.sequence)
            try chain.move(files.record, to: temporary, as: Self.takenName(of: files.record, in: name))
            try chain.synchronize()
            observe(.pointTaken)
            result.points += 1
            for file in files.beside { try chain.remove(file) }
            try temporary.remove(Self.takenName(of: files.record, in: name))
        }
    }

    /// A run that was killed between the two may have said so of a point that stayed.
    private func forgetThoseStillHere() throws(BackupError) {
        do throws(BackupError) {
            try RemovedPoints.forget(Set(try repository.points(in: group).map(\.record.point)), in: repository)
        } catch {
            guard error.isFull else { throw error }
        }
    }

    /// Lets the copies follow.
    private func tellCopies(of points: [RetentionPoint], ofChain chain: String) throws(BackupError) {
        let removed = points.map { RemovedPoint(place: PointPlace(chain: "\(name)/\(chain)", sequence: $0.sequence), point: $0.point) }
        do throws(BackupError) {
            try RemovedPoints.add(removed, in: repository)
        } catch {
            // Without that list copies keep what goes here, which is better than to remove nothing on a full disk.
            guard error.isFull else { throw error }
        }
    }

    private func size(of points: [RetentionPoint], isWhole: Bool, in chain: StoreFolder) throws(BackupError) -> Int64 {
        let names = Set(points.flatMap { PointFiles(sequence: $0.sequence).beside })
        var size: Int64 = 0
        for name in try chain.names() where isWhole || names.contains(name) {
            do throws(FileTreeError) {
                size += try chain.held.status(of: PathBytes(name)).size
            } catch {
                throw .repository(error.at(chain.path.appending(PathBytes(name))))
            }
        }
        return size
    }
}
