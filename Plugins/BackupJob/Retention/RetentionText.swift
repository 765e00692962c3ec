import FoundationEssentials

/// A plan in words.
enum RetentionText {
    /// A line for each point, newest first.
    static func table(_ plan: RetentionPlan) -> [String] {
        let heading = ["POINT", "STARTED", "", "WHY"]
        return TextTable.lines(
            [heading]
                + plan.decisions.reversed().map { decision in
                    [
                        decision.point.point, decision.point.started.formatted(.iso8601), decision.isKept ? "kept" : "goes",
                        decision.isKept ? decision.reasons.map(\.description).joined(separator: ", ") : "no rule keeps it",
                    ]
                })
    }

    private struct Line: Encodable {
        let point: String
        let chain: String
        let started: Date
        let kept: Bool
        let reasons: [String]
    }

    /// The same as JSON, a line each.
    static func json(_ plan: RetentionPlan) throws(BackupError) -> [String] {
        var lines: [String] = []
        for decision in plan.decisions.reversed() {
            let line = Line(
                point: decision.point.point, chain: decision.point.chain, started: decision.point.started, kept: decision.isKept,
                reasons: decision.reasons.map(\.description))
            lines.append(String(decoding: try JSONBytes.of(line).dropLast(), as: UTF8.self))
        }
        return lines
    }
}
