import FoundationEssentials
import JobKit

/// What a drill measured.
struct DrillResult {
    let record: PointRecord
    let restored: TreeRestorer.Result
    /// Of the restore alone.
    let seconds: Double
    /// Seconds since the point was begun.
    let age: Double

    private var rate: Double { seconds > 0 ? Double(restored.bytes) / seconds : 0 }

    /// The numbers for plots; also of a drill that fails.
    func emit(_ check: DrillCheck, in context: JobContext) {
        context.metric("backup_drill_restore_duration", seconds, unit: "seconds")
        context.metric("backup_drill_restore_rate", rate, unit: "bytes/s")
        context.metric("backup_drill_point_age", age, unit: "seconds")
        context.metric("backup_drill_databases", Double(check.databases), unit: "databases")
    }

    /// The line for tomorrow.
    func report(_ check: DrillCheck) -> JobReport {
        var line = "\(head): everything is as it was stored"
        if check.databases > 0 { line += ", \(Report.counted(check.databases, "database")) sound" }
        let isPartial = record.outcome != "succeeded" || restored.doubtful > 0 || check.unseen > 0
        if check.unseen > 0 { line += "; \(check.unseen) of it could not be looked at, in folders that only root may open" }
        if restored.doubtful > 0 {
            line += "; \(restored.doubtful) of it missing, or not as they were: see the log"
        } else if record.outcome != "succeeded" {
            line += "; the point itself ended with \(Report.counted(record.warnings, "warning"))"
        }
        return JobReport(
            line, outcome: isPartial ? .warning : .succeeded,
            numbers: [
                "restore_s": seconds, "restore_bytes_per_s": rate, "files": Double(restored.files), "bytes": Double(restored.bytes),
                "entries": Double(restored.entries), "databases": Double(check.databases), "age_s": age,
                "doubtful": Double(restored.doubtful),
            ])
    }

    /// Something that was restored is not what was stored, or is worth nothing.
    func failure(_ check: DrillCheck, _ first: String) -> JobFailure {
        let count = check.differences + check.brokenDatabases
        return JobFailure(
            "\(head), and \(count == 1 ? "this is wrong" : "\(count) things are wrong, the first"): \(first)", in: "drill",
            fix: "run acore-sched backup verify \(record.point), and drill an older point", retry: .cannotHelp)
    }

    private var head: String {
        let tenths = Int((seconds * 10).rounded())
        return "point \(record.point) restored in \(tenths / 10).\(tenths % 10) s, \(Report.counted(restored.files, "file")) with "
            + "\(ByteCount(restored.bytes))"
    }
}
