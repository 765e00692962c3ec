import Archive
import FileTree
import JobKit

/// Brings one copy up to date: whatever the copy lacks is sent, and nothing is taken away but what retention names.
///
/// What a copy has is known from the copy alone, never from a note kept here. A point's record is sent last, so that a point is one
/// there as it is here: when its record is there.
struct CopyMirror {
    /// Bytes that a list of checksums may have.
    private static let checksumLimit = 64 << 20

    let repository: Repository
    let target: any CopyTarget
    let retry: CopyRetry
    let stop: StopFlag

    /// What was done.
    struct Result {
        /// Points that the copy has of those here.
        var points = 0
        var files = 0
        var bytes: Int64 = 0
        /// Points that it still lacks.
        var missing = 0
        /// Why, of the first one.
        var problem: CopyError?
        /// Points that were removed there.
        var removed = 0
        /// Why others were not.
        var removalProblem: CopyError?
    }

    /// - Parameter removed: points that retention has removed here.
    /// - Throws: when the copy cannot be looked at; what a single point lacks is in the result.
    func bringUpToDate(removing removed: [RemovedPoint]) throws(CopyError) -> Result {
        var result = Result()
        let (points, damaged) = try localPoints()
        let listing = try preparedListing(removing: removed, &result)
        let known = try attempt { () throws(CopyError) in
            CopyChecksums(try target.read("checksums", limit: Self.checksumLimit) ?? [])
        }
        try removeLeftOvers(listing, points)
        var there: [CopyPoint] = []
        // By chain the first place from which on points are of no use there.
        var broken = Self.broken(damaged, listing, &result)
        for (index, point) in points.enumerated() {
            do throws(CopyError) {
                // What builds on a point that is not there is of no use there.
                guard point.place.sequence < broken[point.place.chain, default: .max] else {
                    result.missing += 1
                    continue
                }
                if try !isThere(point, listing, known) { try send(point, listing, &result) }
                there.append(point)
            } catch {
                if error.kind == .damagedHere, point.isGone { continue }
                broken[point.place.chain] = point.place.sequence
                result.missing += 1
                result.problem = result.problem ?? error
                guard Self.concernsOnePoint(error) else {
                    result.missing += points.count - index - 1
                    break
                }
            }
        }
        result.points = there.count
        if result.problem.map(Self.concernsOnePoint) ?? true { try finish(there, (points, damaged), listing, known) }
        return result
    }

    /// Points whose records here are damaged: a copy that has their files has them from before, and else lacks them and what builds on them.
    private static func broken(_ damaged: [CopyPoint.Damaged], _ listing: CopyListing, _ result: inout Result) -> [String: Int] {
        var broken: [String: Int] = [:]
        for point in damaged where point.files.isEmpty || point.files.contains(where: { listing.files[$0] == nil }) {
            broken[point.place.chain] = min(point.place.sequence, broken[point.place.chain] ?? .max)
            result.missing += 1
            result.problem =
                result.problem
                ?? CopyError(
                    .damagedHere, point.problem, fix: "restore that file from another copy of the repository, and run a full backup")
        }
        return broken
    }

    /// What the copy holds after it is known to be one of this repository, and without what retention has removed.
    private func preparedListing(removing removed: [RemovedPoint], _ result: inout Result) throws(CopyError) -> CopyListing {
        let listing = try attempt { () throws(CopyError) in try target.list() }
        try checkIdentity(listing)
        do throws(CopyError) {
            result.removed = try remove(removed, from: listing).count
        } catch {
            if error.kind == .stopped { throw error }
            result.removalProblem = error
        }
        guard result.removed > 0 || result.removalProblem != nil else { return listing }
        return try attempt { () throws(CopyError) in try target.list() }
    }

    /// Whether other points may be sent nevertheless.
    private static func concernsOnePoint(_ error: CopyError) -> Bool { error.kind == .damagedHere || error.kind == .occupied }

    func attempt<Value>(_ body: () throws(CopyError) -> Value) throws(CopyError) -> Value {
        try retry.attempt(target.place, body)
    }

    private func localPoints() throws(CopyError) -> (points: [CopyPoint], damaged: [CopyPoint.Damaged]) {
        do throws(BackupError) {
            return try CopyPoint.all(of: repository)
        } catch {
            throw CopyError(.damagedHere, "\(error)", fix: "check the disk that holds the repository")
        }
    }

    private func localFile(_ name: String) throws(CopyError) -> [UInt8] {
        do throws(BackupError) {
            return try repository.root.read(name, limit: CopyPoint.recordLimit) ?? []
        } catch {
            throw CopyError(.damagedHere, "\(error)", fix: "check the disk that holds the repository")
        }
    }

    /// Two repositories are never mixed in one copy.
    private func checkIdentity(_ listing: CopyListing) throws(CopyError) {
        let ours = try localFile("repo.json")
        guard listing.files["repo.json"] != nil else {
            guard listing.points.isEmpty else {
                throw CopyError(
                    .lasting, "\(target.place) holds points and no repo.json",
                    fix: "if they are of this repository, put its repo.json there")
            }
            return try attempt { () throws(CopyError) in try target.replace("repo.json", with: ours) }
        }
        let theirs = try attempt { () throws(CopyError) in try target.read("repo.json", limit: CopyPoint.recordLimit) }
        guard theirs == ours else {
            throw CopyError(
                .lasting, "\(target.place) holds a copy of another repository",
                fix: "name another place, or restore repo.json here if this repository is the one")
        }
    }

    /// Drops what was begun of files that are no longer to be sent.
    private func removeLeftOvers(_ listing: CopyListing, _ points: [CopyPoint]) throws(CopyError) {
        let wanted = Set(points.flatMap(\.ownFiles).map(\.path))
        for path in listing.unfinished where !wanted.contains(path) && PointPlace(file: path) != nil {
            try attempt { () throws(CopyError) in try target.removeUnfinished(path) }
        }
    }

    /// The id of the point that the copy has in a place; nil when there is none, or its record is damaged.
    func pointThere(at place: PointPlace) throws(CopyError) -> String? {
        let content = try attempt { () throws(CopyError) in try target.read(place.record, limit: CopyPoint.recordLimit) }
        return content.flatMap { CopyPoint.id(of: place, in: $0) }
    }

    private func isThere(_ point: CopyPoint, _ listing: CopyListing, _ known: CopyChecksums) throws(CopyError) -> Bool {
        guard listing.files[point.place.record] == Int64(point.content.count) else { return false }
        for (path, file) in point.files where listing.files[path] != file.size { return false }
        // The list was written after the record had been compared, and the record comes after its files.
        if known.digests[point.place.record] == point.digest { return true }
        return try attempt { () throws(CopyError) in
            try target.read(point.place.record, limit: CopyPoint.recordLimit) == point.content
        }
    }

    private func send(_ point: CopyPoint, _ listing: CopyListing, _ result: inout Result) throws(CopyError) {
        let record = point.place.record
        if listing.files[record] != nil {
            if let other = try pointThere(at: point.place), other != point.record.point {
                throw CopyError(
                    .occupied, "\(target.place) has another point, \(other), in the place of point \(point.record.point)",
                    fix: "run a full backup, which begins a new chain, or remove that point there if nobody needs it")
            }
            try attempt { () throws(CopyError) in try target.remove(record) }
        }
        for (path, file) in point.ownFiles {
            let source = try point.source(file, stop: stop)
            let isThere = try attempt { () throws(CopyError) in
                if listing.files[path] == file.size, try target.verify(source, at: path) { return true }
                try target.put(source, at: path)
                return false
            }
            guard !isThere else { continue }
            result.files += 1
            result.bytes += file.size
        }
        try attempt { () throws(CopyError) in
            try target.replace(record, with: point.content)
            guard try target.read(record, limit: CopyPoint.recordLimit) == point.content else {
                throw CopyError(.transient, "\(target.place)/\(record) does not come back as it was sent", fix: "check the disk there")
            }
        }
        result.files += 1
        result.bytes += Int64(point.content.count)
    }

    /// What follows the points; the list of checksums is last and says that all of it is done.
    private func finish(
        _ there: [CopyPoint], _ all: (points: [CopyPoint], damaged: [CopyPoint.Damaged]), _ listing: CopyListing, _ known: CopyChecksums
    ) throws(CopyError) {
        let ours = Set(all.points.map(\.place))
        let others = listing.files.keys.filter { path in PointPlace(file: path).map { !ours.contains($0) } ?? false }
        let list = known.updated(with: there, others: Set(others))
        let isDone = CopyChecksums(list).digests == known.digests && listing.files["checksums"] == Int64(list.count)
        let latest = try latest(there, all.damaged, listing, known)
        let text = try isDone && listing.files["RESTORE.txt"] != nil ? nil : localFile("RESTORE.txt")
        try attempt { () throws(CopyError) in
            if let text { try target.replace("RESTORE.txt", with: text) }
            // Also when nothing was sent: what somebody removed there comes back.
            for place in latest { try target.setLatest(in: place.group, to: String(place.record.dropFirst(place.group.count + 1))) }
            if text != nil { try target.replace("checksums", with: list) }
        }
    }

    /// The newest point that the copy holds of each kind of each set. One whose record is damaged here counts when the copy has it whole.
    private func latest(
        _ there: [CopyPoint], _ damaged: [CopyPoint.Damaged], _ listing: CopyListing, _ known: CopyChecksums
    ) throws(CopyError) -> [PointPlace] {
        var newest: [String: (place: PointPlace, counter: Int)] = [:]
        func note(_ place: PointPlace, _ counter: Int) {
            if counter > newest[place.group]?.counter ?? .min { newest[place.group] = (place, counter) }
        }
        for point in there { note(point.place, point.record.counter) }
        for point in damaged where !point.files.isEmpty && point.files.allSatisfy({ listing.files[$0] != nil }) {
            let name = point.place.record
            guard let digest = known.digests[name] else { continue }
            let content = try attempt { () throws(CopyError) in try target.read(name, limit: CopyPoint.recordLimit) }
            guard let content, ContentDigest(of: content).description == digest else { continue }
            if let record = CopyPoint.record(of: point.place, in: content) { note(point.place, record.counter) }
        }
        return newest.values.map(\.place).sorted()
    }
}
