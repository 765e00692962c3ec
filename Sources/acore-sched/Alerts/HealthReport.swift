import CronSchedule
import Daemon
import Ledger
import SchedulerCore

/// The newest results of all checks.
struct HealthReport {
    /// A check with the values before it.
    struct Row {
        let result: CheckResult
        /// Oldest first, the newest one included.
        let values: [Double]
    }

    /// Values in a trend.
    static let trendLength = 24

    let rows: [Row]
    private let ledger: AlertLedger

    init(_ ledger: AlertLedger, job: String?) throws(DaemonError) {
        self.ledger = ledger
        let oldest = ledger.now.moved(by: .zero - AlertBook.checkLifetime)
        let newest = try ledger.records.read { ledger throws(LedgerError) in try ledger.newestChecks(job: job) } ?? []
        var rows: [Row] = []
        for result in newest where result.at >= oldest {
            let kept = try ledger.records.read { ledger throws(LedgerError) in
                try ledger.checkResults(of: result.key, limit: Self.trendLength)
            }
            rows.append(Row(result: result, values: (kept ?? []).compactMap(\.value)))
        }
        self.rows = rows
    }

    /// The worst of all; what nobody could tell is unknown only where nothing is worse.
    var overall: AlertLevel { rows.map(\.result.level).max() ?? .unknown }

    /// Nil for success.
    var exitStatus: ExitStatus? {
        switch overall {
        case .ok: nil
        case .critical: .failed
        case .warning, .unknown: .warning
        }
    }

    var text: String {
        guard !rows.isEmpty else { return "no check was reported within two days; a job that checks something reports some" }
        var table = Table([
            .init("STATE"), .init("JOB", shrinks: true, turn: 1), .init("CHECK", shrinks: true), .init("TARGET", shrinks: true),
            .init("VALUE"), .init("TREND", turn: 3), .init("AGE", turn: 2), .init("REASON", shrinks: true),
        ])
        for row in rows {
            let result = row.result
            table.add([
                .init(result.level.rawValue, result.level.style), .init(result.key.job), .init(result.key.name, .strong),
                .init(result.key.target ?? "-"), .init(result.value.map { "\(ValueText.of($0)) \(result.unit ?? "")" } ?? "-"),
                .init(Sparkline.text(row.values)), .init(LocalTime.distance(to: result.at, from: ledger.now)), .init(result.reason ?? ""),
            ])
        }
        return table.shown
    }

    /// As https://www.monitoring-plugins.org/doc/guidelines.html asks for: a line, then performance data.
    var pluginLine: String {
        let bad = rows.filter { $0.result.level != .ok }.sorted { $1.result.level < $0.result.level }
        let named = bad.map { "\($0.result.key.name)\($0.result.key.target.map { " \($0)" } ?? "") \($0.result.level.rawValue)" }
        let words =
            rows.isEmpty ? "no check was reported within two days" : bad.isEmpty ? "\(rows.count) checks" : named.joined(separator: ", ")
        let data = rows.compactMap(\.result.performanceData).joined(separator: " ")
        let line = "HEALTH \(overall.rawValue.uppercased()) - \(words)".replacing("|", with: "/")
        return EventText.harmless(data.isEmpty ? line : "\(line) | \(data)")
    }
}

extension CheckResult {
    /// `'label'=value;warning;critical`.
    fileprivate var performanceData: String? {
        guard let value else { return nil }
        let label = key.text.filter { $0 != "'" && $0 != "=" && $0 != "|" && !$0.isNewline }
        let words = ["percent": "%", "%": "%", "seconds": "s", "s": "s", "ms": "ms", "bytes": "B"]
        let unit = unit.flatMap { words[$0] } ?? ""
        let bounds = [warning, critical].map { $0.map(ValueText.of) ?? "" }.joined(separator: ";")
        return "'\(label)'=\(ValueText.of(value))\(unit);\(bounds)"
    }
}

/// Values as a row of bars.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    static func text(_ values: [Double]) -> String {
        guard let least = values.min(), let most = values.max() else { return "" }
        let span = most - least
        return String(values.map { span > 0 && span.isFinite ? bars[min(Int(($0 - least) / span * 8), 7)] : bars[0] })
    }
}

/// A check in JSON: stable keys, instants in ISO 8601 UTC.
struct CheckJSON: Encodable {
    let key: String
    let job: String
    let check: String
    let target: String?
    let state: String
    let value: Double?
    let unit: String?
    let warning: Double?
    let critical: Double?
    let windowS: Double?
    let reason: String?
    let inputs: [Input]
    let at: String
    let run: String
    /// Oldest first.
    let values: [Double]

    /// A list, since names of inputs are to stay as they were reported.
    struct Input: Encodable {
        let name: String
        let value: String
    }

    init(_ row: HealthReport.Row) {
        let result = row.result
        key = result.key.text
        job = result.key.job
        check = result.key.name
        target = result.key.target
        state = result.level.rawValue
        value = result.value
        unit = result.unit
        warning = result.warning
        critical = result.critical
        windowS = result.windowSeconds
        reason = result.reason
        inputs = result.inputs.sorted { $0.key < $1.key }.map { Input(name: $0.key, value: $0.value) }
        at = result.at.description
        run = result.run.rawValue
        values = row.values
    }
}
