import FoundationEssentials
import JobKit

/// Points as a table for people.
enum PointTable {
    static func lines(_ points: [PointRecord]) -> [String] {
        let rows = [["POINT", "STARTED", "TYPE", "OUTCOME", "FILES", "CONTENT", "STORED", "ARCHIVE"]] + points.map(row)
        let widths = (0..<rows[0].count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).enumerated().map { index, cell in
                // Numbers end at one edge.
                let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
                return index > 3 ? blanks + cell.0 : cell.0 + blanks
            }
            return cells.joined(separator: "  ").trimmingSuffix { $0 == " " }
        }
    }

    private static func row(_ point: PointRecord) -> [String] {
        [
            point.point, point.started.formatted(.iso8601), point.type, point.outcome, "\(point.files)", "\(ByteCount(point.bytes))",
            "\(ByteCount(point.storedBytes))", point.archive.map { "\(ByteCount($0.size))" } ?? "-",
        ]
    }
}

extension String {
    fileprivate func trimmingSuffix(_ isBlank: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isBlank(last) { text.removeLast() }
        return text
    }
}
