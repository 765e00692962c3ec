import ControlAPI
import Foundation
import SchedulerCore
import Testing

@testable import Daemon

/// What deployment/monitoring shows and watches is what the daemon says.
@Suite struct MonitoringFilesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let folder = root.appending(path: "deployment/monitoring")

    /// The names of all samples that there can be.
    private static func names() async throws -> Set<String> {
        let families = try await MetricsReportTests.fullReport().families
        return Set(
            families.flatMap { family in
                switch family.kind {
                case .gauge: [family.name]
                case .counter: [family.name + "_total"]
                case .info: [family.name + "_info"]
                case .histogram: ["_bucket", "_sum", "_count"].map { family.name + $0 }
                }
            })
    }

    /// The metrics of ours that an expression names.
    private static func metrics(in text: String) throws -> Set<String> {
        let words = try Regex("\\b(?:acore_sched|process)_[a-z_]+")
        return Set(text.matches(of: words).map { String($0.output[0].substring ?? "") })
    }

    private static func text(_ file: String) throws -> String { try String(contentsOf: folder.appending(path: file), encoding: .utf8) }

    /// All expressions of the dashboard.
    private static func expressions() throws -> [String] {
        let dashboard = try #require(
            try JSONSerialization.jsonObject(with: Data(try text("grafana-dashboard.json").utf8)) as? [String: Any])
        let panels = try #require(dashboard["panels"] as? [[String: Any]])
        let notes = try #require((dashboard["annotations"] as? [String: Any])?["list"] as? [[String: Any]])
        let targets = panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] } + notes
        return try targets.map { try #require($0["expr"] as? String) }
    }

    @Test func theDashboardAsksForMetricsThatThereAre() async throws {
        let names = try await Self.names()
        let expressions = try Self.expressions()
        #expect(expressions.count > 20)
        for expression in expressions {
            let asked = try Self.metrics(in: expression)
            #expect(!asked.isEmpty && asked.isSubset(of: names), "\(expression): \(asked.subtracting(names))")
        }
        // The variables of the dashboard, too.
        let all = try Self.metrics(in: try Self.text("grafana-dashboard.json"))
        #expect(all.isSubset(of: names), "\(all.subtracting(names))")
    }

    @Test(arguments: ["acore-sched.rules.yml", "acore-sched.rules.test.yml"])
    func theAlertRulesAskForMetricsThatThereAre(_ file: String) async throws {
        let asked = try Self.metrics(in: try Self.text(file))
        let names = try await Self.names()
        #expect(asked.count >= 8 && asked.isSubset(of: names), "\(asked.subtracting(names))")
    }

    /// The page names every metric, and no other.
    @Test func thePageHasARowForEachMetric() async throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/monitoring.md"), encoding: .utf8)
        let rows = Set(page.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap { $0.split(separator: "`").dropFirst().first })
        let families = Set(try await MetricsReportTests.fullReport().families.map { $0.kind == .counter ? $0.name + "_total" : $0.name })
            .map { $0 == "acore_sched_build" ? "acore_sched_build_info" : $0 }
        let told = Set(rows.map(String.init).filter { $0.hasPrefix("acore_sched_") || $0.hasPrefix("process_") })
        #expect(told == Set(families), "\(told.symmetricDifference(families))")
    }

    @Test(.enabled(if: MetricsChecker.isThere, "needs promtool: deployment/scripts/setup test"))
    func promtoolAcceptsTheRulesAndTheirTests() throws {
        for words in [
            ["check", "rules", "acore-sched.rules.yml"], ["test", "rules", "acore-sched.rules.test.yml"],
            ["check", "config", "prometheus.yml"],
        ] {
            let answer = try MetricsChecker.promtool(words, in: Self.folder)
            #expect(answer.status == 0, "\(words): \(answer.text)")
        }
    }

    /// Grafana puts its own spans into expressions; with one of them in its place each must be understood.
    @Test(.enabled(if: MetricsChecker.isThere, "needs promtool: deployment/scripts/setup test"))
    func promtoolUnderstandsTheDashboardsExpressions() throws {
        let rules = try Self.expressions().enumerated().map { number, expression in
            let text = expression.replacing("$__rate_interval", with: "1m").replacing("$instance", with: ".*")
            return "  - {record: 'dashboard:\(number)', expr: '\(text.replacing("'", with: "''"))'}"
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "dashboard-\(UUID().uuidString).yml")
        try "groups:\n- name: dashboard\n  rules:\n\(rules.joined(separator: "\n"))\n".write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let answer = try MetricsChecker.promtool(["check", "rules", file.path], in: Self.folder)
        #expect(answer.status == 0, "\(answer.text)")
    }
}
