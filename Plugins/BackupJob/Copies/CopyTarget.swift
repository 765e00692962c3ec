import Archive

/// A place that holds a copy of the repository, file by file.
///
/// Paths are relative to the repository; a path is made of names of ours only. Whoever conforms checks what it has put, so that
/// ``put(_:at:)`` returns only when the file is there, whole.
protocol CopyTarget {
    /// For messages; never a secret.
    var place: String { get }
    /// Everything of ours that is there.
    func list() throws(CopyError) -> CopyListing
    /// Sends a file, going on where an earlier attempt ended, compares it with what it should be, and gives it its name last.
    func put(_ file: CopySource, at path: String) throws(CopyError)
    /// Compares a file that is there, of the right size, with what it should be.
    func verify(_ file: CopySource, at path: String) throws(CopyError) -> Bool
    /// Puts a small file in one step, over the one that is there.
    func replace(_ path: String, with content: [UInt8]) throws(CopyError)
    /// Hands out a file piece by piece.
    /// - Parameter take: false ends it.
    func get(_ path: String, from offset: Int64, take: (UnsafeRawBufferPointer) -> Bool) throws(CopyError)
    /// Removes a file; one that is not there is no error.
    func remove(_ path: String) throws(CopyError)
    /// Removes what is there of a file that is not whole.
    func removeUnfinished(_ path: String) throws(CopyError)
    /// Removes a folder that holds nothing any more, where there are folders.
    func removeEmptyFolder(_ path: String) throws(CopyError)
    /// Lets `latest` in the folder of a set's points name a record, unless it does; where that cannot be, nothing.
    func setLatest(in group: String, to record: String) throws(CopyError)
}

extension CopyTarget {
    /// A small file; nil when there is none.
    func read(_ path: String, limit: Int) throws(CopyError) -> [UInt8]? {
        var content: [UInt8] = []
        var isTooLong = false
        do throws(CopyError) {
            try get(path, from: 0) { piece in
                content += piece
                isTooLong = content.count > limit
                return !isTooLong
            }
        } catch {
            if error.kind == .missing { return nil }
            if !isTooLong { throw error }
        }
        guard !isTooLong else {
            throw CopyError(.lasting, "\(path) at \(place) is longer than \(limit) bytes", fix: "remove that file: it is none of ours")
        }
        return content
    }

    /// Reads a whole file back.
    func digest(of path: String) throws(CopyError) -> (size: Int64, digest: ContentDigest) {
        var hasher = ContentHasher()
        var size: Int64 = 0
        try get(path, from: 0) { piece in
            hasher.update(piece)
            size += Int64(piece.count)
            return true
        }
        return (size, hasher.digest)
    }
}

/// What a copy holds.
struct CopyListing {
    /// Bytes of each file of a point and of each file at the root, by path.
    var files: [String: Int64] = [:]
    /// Paths of files that are not wholly there.
    var unfinished: Set<String> = []

    /// Points that are ones there: their records are there.
    var points: [PointPlace] {
        files.keys.filter { $0.hasSuffix(PointFiles.recordSuffix) }.compactMap { PointPlace(file: $0) }
    }

    /// Takes a file; other files than ours are not seen.
    mutating func add(_ path: String, size: Int64) {
        if path.hasSuffix(Self.unfinishedSuffix) {
            let whole = String(path.dropLast(Self.unfinishedSuffix.count))
            if Self.isOurs(whole) { unfinished.insert(whole) }
        } else if Self.isOurs(path) {
            files[path] = size
        }
    }

    /// The ending of a file that is not whole yet.
    static let unfinishedSuffix = ".part"
    /// Files at the root of every copy.
    static let rootFiles: Set<String> = ["repo.json", "RESTORE.txt", "checksums"]

    /// Whether a path is one of ours; nothing else is read, replaced or removed.
    static func isOurs(_ path: String) -> Bool { rootFiles.contains(path) || PointPlace(file: path) != nil }
}
