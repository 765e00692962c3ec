/// The file `checksums` of a copy: it names what was compared there, so that the next run need not compare it again.
struct CopyChecksums {
    /// Of each file, by path.
    private(set) var digests: [String: String] = [:]

    init(_ content: [UInt8]) {
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
            let path = String(line.dropFirst(66))
            if line.count > 66, CopyListing.isOurs(path) { digests[path] = String(line.prefix(64)) }
        }
    }

    /// The list of a copy that has these points, and others that are no longer here.
    func updated(with points: [CopyPoint], others: Set<String>) -> [UInt8] {
        var lines = Set(points.flatMap(\.checksums))
        for path in others {
            if let digest = digests[path] { lines.insert("\(digest)  \(path)") }
        }
        return Array(lines.sorted { $0.dropFirst(64) < $1.dropFirst(64) }.map { $0 + "\n" }.joined().utf8)
    }
}
