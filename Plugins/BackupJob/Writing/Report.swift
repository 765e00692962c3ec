import FileTree
import JobKit

/// Tells of a committed point.
struct Report {
    let set: String
    let record: PointRecord
    let tally: Tally
    let findings: Findings
    /// Of older points.
    let removal: PointRemoval.Result
    let time: Duration

    /// Emits the artifacts and metrics, and returns the line that an operator reads tomorrow.
    func report(in context: JobContext, folder: PathBytes) -> JobReport {
        for file in record.archive.map({ [$0, record.manifest] }) ?? [] {
            context.artifact(path: "\(folder)/\(file.file)", size: file.size, sha256: file.sha256)
        }
        let numbers: [String: Double] = [
            "entries": Double(tally.entries), "files": Double(tally.files), "bytes": Double(tally.bytes),
            "stored_files": Double(tally.storedFiles), "stored_bytes": Double(tally.storedBytes), "removed": Double(tally.removed),
            "archive_bytes": Double(record.archive?.size ?? 0), "duration_s": seconds, "warnings": Double(findings.warnings),
            "databases": Double(tally.databases), "excluded": Double(tally.excluded), "skipped": Double(tally.skipped),
            "vanished": Double(tally.vanished), "removed_points": Double(removal.points), "freed_bytes": Double(removal.bytes),
            WireFacts.goodPoints: record.outcome == PointRecord.goodOutcome ? 1 : 0,
        ]
        context.metric("backup_files", Double(tally.files), unit: "files")
        context.metric("backup_content_size", Double(tally.bytes), unit: "bytes")
        context.metric("backup_archive_size", Double(record.archive?.size ?? 0), unit: "bytes")
        context.metric("backup_duration", seconds, unit: "seconds")
        return JobReport(line, outcome: findings.warnings == 0 ? .succeeded : .warning, numbers: numbers)
    }

    private var seconds: Double { time / .seconds(1) }

    private var line: String {
        var line = record.syntheticOf == nil ? "" : "synthetic "
        line += "\(record.type) point \(record.point) of set \(set): \(content) in \(spent)"
        if let reason = record.reason { line += "; full, since \(reason)" }
        if let origin = record.syntheticOf { line += "; made of point \(origin), from archives alone" }
        if tally.databases > 0 { line += ", \(Self.counted(tally.databases, "database")) as consistent copies" }
        if tally.vanished > 0 { line += ", \(Self.counted(tally.vanished, "file")) vanished meanwhile" }
        if removal.points > 0 {
            line += ", \(Self.counted(removal.points, "older point")) removed, \(ByteCount(removal.bytes))"
        }
        if let first = findings.first {
            line += "; \(Self.counted(findings.warnings, "warning")), the first: \(first)"
        }
        return line
    }

    private var spent: String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }

    private var content: String {
        let all = "\(Self.counted(tally.files, "file")), \(ByteCount(tally.bytes))"
        guard let archive = record.archive else { return "nothing has changed, \(all), looked through" }
        let size = ByteCount(archive.size)
        guard record.sequence > 0 else { return "\(all) → \(size)" }
        var changes = "\(Self.counted(tally.storedFiles, "changed file")), \(ByteCount(tally.storedBytes)) → \(size)"
        if tally.removed > 0 { changes += ", \(Self.grouped(tally.removed)) removed" }
        return "\(changes), of \(all)"
    }

    /// A number with its noun, thousands grouped: `1,234 files`.
    /// - Parameter many: the noun for more than one; nil for one with an `s`.
    static func counted(_ number: Int, _ noun: String, many: String? = nil) -> String {
        "\(grouped(number)) \(number == 1 ? noun : many ?? noun + "s")"
    }

    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
