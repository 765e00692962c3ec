import FoundationEssentials
import JobKit

/// A point that retention has removed from the repository here.
struct RemovedPoint: Hashable, Sendable {
    let place: PointPlace
    /// Its id: a place may have another point by now.
    let point: String
}

/// The points that retention has removed, in the file `removed` of the repository: copies may follow days later.
///
/// Whoever removes a point adds it here first. A name too many does no harm: a copy keeps what is still here.
enum RemovedPoints {
    static let file = "removed"
    /// Older ones are forgotten: a copy that was away for so long keeps what it has.
    static let most = 10_000
    private static let sizeLimit = 4 << 20

    /// A line of the file.
    private struct Line: Codable {
        let chain: String
        let sequence: Int
        let point: String
    }

    static func all(in repository: Repository) throws(BackupError) -> [RemovedPoint] {
        let content = try repository.root.read(file, limit: sizeLimit) ?? []
        return content.split(separator: UInt8(ascii: "\n")).compactMap { line in
            // A line that cannot be read removes nothing.
            guard case .success(let line) = Result(catching: { try WireCoding.decoder().decode(Line.self, from: Data(line)) }),
                PointPlace.isChain(line.chain.split(separator: "/", omittingEmptySubsequences: false)[...]), line.sequence >= 0
            else { return nil }
            return RemovedPoint(place: PointPlace(chain: line.chain, sequence: line.sequence), point: line.point)
        }
    }

    /// Forgets points that are still here: what was to go and stayed, or is pinned by now. The caller holds the repository's lock.
    static func forget(_ points: Set<String>, in repository: Repository) throws(BackupError) {
        let known = try all(in: repository)
        let gone = known.filter { !points.contains($0.point) }
        guard gone.count < known.count else { return }
        try write(gone, in: repository)
    }

    private static func write(_ points: some Sequence<RemovedPoint>, in repository: Repository) throws(BackupError) {
        var content: [UInt8] = []
        for point in points {
            content += try JSONBytes.of(Line(chain: point.place.chain, sequence: point.place.sequence, point: point.point))
        }
        try repository.replace(file, with: content)
    }

    /// Adds points; the caller holds the repository's lock.
    static func add(_ points: [RemovedPoint], in repository: Repository) throws(BackupError) {
        let known = try all(in: repository)
        let new = points.filter { !known.contains($0) }
        guard !new.isEmpty else { return }
        try write((known + new).suffix(most), in: repository)
    }
}
