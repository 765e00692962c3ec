import CronSchedule
import Daemon
import JobFiles
import Ledger
import SchedulerCore

/// The newest results of all checks.
struct HealthReport {
    /// A check with the values before it.
    struct Row: Hashable {
        let result: CheckResult
        /// Why the result is older than the rhythm of its job; nil while it counts.
        let staleness: String?
        /// Oldest first, the newest one included.
        let values: [Double]

        /// What nobody looked at again is not known.
        var level: AlertLevel { staleness == nil ? result.level : .unknown }
        /// As a table shows it.
        var word: String { staleness == nil ? result.level.rawValue : "stale" }
        var reason: String? { staleness.map { "was \(result.level.rawValue); \($0)" } ?? result.reason }
    }

    /// Values in a trend.
    static let trendLength = 24

    let rows: [Row]
    private let now: Instant

    /// - Throws: category notFound for a job without a file, refused where nobody can tell which jobs there are.
    init(_ global: GlobalOptions, job: String?) throws(DaemonError) {
        let book = try JobBook(global)
        if let job { _ = try book.entry(named: job) }
        if let trouble = book.folderTrouble { throw trouble }
        now = book.now
        let newest = try book.records.read { ledger throws(LedgerError) in try ledger.newestChecks(job: job) } ?? []
        let byJob = Dictionary(grouping: newest, by: \.key.job).sorted { $0.key < $1.key }
        var rows: [Row] = []
        // What a job found whose file is gone is nobody's business any more, as its alerts are.
        for (job, results) in byJob where book.files.files.contains(where: { $0.job == job }) {
            rows += try Self.rows(of: try book.entry(named: job), results, in: book)
        }
        self.rows = rows
    }

    private static func rows(of entry: JobEntry, _ results: [CheckResult], in book: JobBook) throws(DaemonError) -> [Row] {
        var rows: [Row] = []
        for standing in try standings(of: entry, results, in: book) {
            let kept = try book.records.read { ledger throws(LedgerError) in
                try ledger.checkResults(of: standing.result.key, limit: trendLength)
            }
            let staleness = standing.staleSince.map { _ in "\(entry.silence(at: book.now)): see acore-sched explain \(entry.name)" }
            rows.append(Row(result: standing.result, staleness: staleness, values: (kept ?? []).compactMap(\.value)))
        }
        return rows
    }

    private static func standings(of entry: JobEntry, _ results: [CheckResult], in book: JobBook) throws(DaemonError) -> [CheckStanding] {
        let last = results.max { $0.at < $1.at }?.run
        let run = try book.records.read { ledger throws(LedgerError) in try last.flatMap { id throws(LedgerError) in try ledger.run(id) } }
        do throws(CronSearchError) {
            return try CheckStanding.of(results, job: entry.inForce, isWhole: run??.hasVerdict ?? true, at: book.now)
        } catch {
            throw DaemonError("\(error)", fix: "install the package tzdata anew")
        }
    }

    /// The worst of all; what nobody could tell is unknown only where nothing is worse.
    var overall: AlertLevel { rows.map(\.level).max() ?? .unknown }

    /// Nil for success.
    var exitStatus: ExitStatus? {
        switch overall {
        case .ok: nil
        case .critical: .failed
        case .warning, .unknown: .warning
        }
    }

    var text: String {
        guard !rows.isEmpty else { return "no check was reported lately; a job that checks something reports some" }
        var table = Table([
            .init("STATE"), .init("JOB", shrinks: true, turn: 1), .init("CHECK", shrinks: true), .init("TARGET", shrinks: true),
            .init("VALUE"), .init("TREND", turn: 3), .init("AGE", turn: 2), .init("REASON", shrinks: true),
        ])
        for row in rows {
            let result = row.result
            table.add([
                .init(row.word, row.level.style), .init(result.key.job), .init(result.key.name, .strong),
                .init(result.key.target ?? "-"), .init(result.value.map { "\(ValueText.of($0)) \(result.unit ?? "")" } ?? "-"),
                .init(Sparkline.text(row.values)), .init(LocalTime.distance(to: result.at, from: now)), .init(row.reason ?? ""),
            ])
        }
        return table.shown
    }

    /// As https://www.monitoring-plugins.org/doc/guidelines.html asks for: a line, then performance data.
    var pluginLine: String {
        let data = rows.filter { $0.staleness == nil }.compactMap(\.result.performanceData).joined(separator: " ")
        let line = "HEALTH \(overall.rawValue.uppercased()) - \(pluginWords)".replacing("|", with: "/")
        return EventText.harmless(data.isEmpty ? line : "\(line) | \(data)")
    }

    private var pluginWords: String {
        guard !rows.isEmpty else { return "no check was reported lately" }
        let bad = rows.filter { $0.level != .ok }.sorted { $1.level < $0.level }
        guard !bad.isEmpty else { return "\(rows.count) checks" }
        let named = bad.filter { $0.staleness == nil }.map { row in
            "\(row.result.key.name)\(row.result.key.target.map { " \($0)" } ?? "") \(row.result.level.rawValue)"
        }
        return (named + staleWords).joined(separator: ", ")
    }

    /// Of each job that fell silent, since when, and how to see why.
    private var staleWords: [String] {
        let stale = Dictionary(grouping: rows.filter { $0.staleness != nil }, by: \.result.key.job).sorted { $0.key < $1.key }
        return stale.map { job, rows in
            let last = rows.map(\.result.at).max().map { LocalTime.distance(to: $0, from: now) } ?? "never"
            return "\(rows.count) of \(job) stale (last result \(last); \(rows.first?.staleness ?? ""))"
        }
    }
}

extension Run {
    /// Whether it came to its end, and so to all that it checks.
    fileprivate var hasVerdict: Bool {
        switch state {
        case .timedOut, .cancelled, .interrupted: false
        case .due, .starting, .running, .retrying, .succeeded, .warning, .failed: true
        }
    }
}

extension JobEntry {
    /// Why nothing renews its results, as far as its file tells.
    fileprivate func silence(at now: Instant) -> String {
        switch state(at: now) {
        case .disabled: "\(name) is disabled"
        case .paused: "\(name) is paused"
        case .enabled, .error: "nothing came of the last slots of \(name)"
        }
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
    /// `unknown` where it is stale.
    let state: String
    let stale: Bool
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
        state = row.level.rawValue
        stale = row.staleness != nil
        value = result.value
        unit = result.unit
        warning = result.warning
        critical = result.critical
        windowS = result.windowSeconds
        reason = row.reason
        inputs = result.inputs.sorted { $0.key < $1.key }.map { Input(name: $0.key, value: $0.value) }
        at = result.at.description
        run = result.run.rawValue
        values = row.values
    }
}
