import FoundationEssentials
import JobKit

/// Points as a table for people.
enum PointTable {
    private static let heading = ["POINT", "STARTED", "TYPE", "OUTCOME", "FILES", "CONTENT", "STORED", "ARCHIVE"]

    /// - Parameter pinned: ids of the points that are pinned.
    static func lines(_ points: [PointRecord], pinned: Set<String>) -> [String] {
        TextTable.lines([heading] + points.map { row($0, isPinned: pinned.contains($0.point)) }, numbers: 4)
    }

    private static func row(_ point: PointRecord, isPinned: Bool) -> [String] {
        [
            point.point, point.started.formatted(.iso8601), point.syntheticOf == nil ? point.type : "synthetic",
            point.outcome + (isPinned ? ", pinned" : ""), "\(point.files)",
            "\(ByteCount(point.bytes))", "\(ByteCount(point.storedBytes))", point.archive.map { "\(ByteCount($0.size))" } ?? "-",
        ]
    }
}
