import JobKit

/// What a run tells: the worst of all results, with what is unknown beside it.
struct HealthReport {
    /// So many results are named in the summary.
    private static let named = 3

    private let results: [WireEvent.Check]

    init(_ results: [WireEvent.Check]) { self.results = results }

    /// The worst state; what is unknown counts only where nothing is known.
    var overall: WireEvent.Check.State {
        results.map(\.state).filter { $0 != .unknown }.max { $0.rank < $1.rank } ?? .unknown
    }

    /// One line for the operator.
    var summary: String {
        let bad = results.filter { $0.state != .ok && $0.state != .unknown }.sorted { $0.state.rank > $1.state.rank }
        var line = "\(overall.rawValue): \(count(.ok)) of \(results.count) ok"
        if count(.critical) > 0 { line += ", \(count(.critical)) critical" }
        if count(.warning) > 0 { line += ", \(count(.warning)) warning" }
        if count(.unknown) > 0 { line += ", \(count(.unknown)) unknown" }
        let worst = (bad.isEmpty ? results.filter { $0.state == .unknown } : bad)
        guard !worst.isEmpty else { return line }
        let more = worst.count > Self.named ? "; and \(worst.count - Self.named) more" : ""
        return line + "; " + worst.prefix(Self.named).map(\.phrase).joined(separator: "; ") + more
    }

    var numbers: [String: Double] {
        ["checks": results.count, "ok": count(.ok), "warning": count(.warning), "critical": count(.critical), "unknown": count(.unknown)]
            .mapValues(Double.init)
    }

    /// The report, whatever was found.
    var report: JobReport {
        let isFine = results.allSatisfy { $0.state == .ok }
        return JobReport(summary, outcome: isFine ? .succeeded : .warning, numbers: numbers)
    }

    /// The end of a run.
    /// - Throws: when something is critical.
    func ending(memoryKept: Bool) throws(JobFailure) -> JobReport {
        guard overall != .critical else {
            throw JobFailure(summary, in: "health", fix: "acore-sched health explain shows each number and its rule", retry: .cannotHelp)
        }
        var report = report
        if !memoryKept {
            report.outcome = .warning
            report.summary += "; what the next run needs could not be kept, see the log"
        }
        return report
    }

    private func count(_ state: WireEvent.Check.State) -> Int { results.count { $0.state == state } }
}

extension WireEvent.Check {
    /// For the summary: what is looked at, its state and its number or reason.
    var phrase: String {
        let number = value.map { " \($0.shortText)\(unit.map { " " + $0 } ?? "")" } ?? ""
        let why = reason.map { " (\($0))" } ?? ""
        return "\(title) \(state.rawValue)\(number)\(why)"
    }
}
