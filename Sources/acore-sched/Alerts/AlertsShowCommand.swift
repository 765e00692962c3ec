import ArgumentParser
import ControlClient
import Daemon
import Ledger
import SchedulerCore

/// `alerts show ALERT`: all that is known of one.
struct AlertsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print what is known of an alert: its values, what happened to it, who was told.",
        discussion: """
            ALERT is a key as alerts list shows it, or the beginning of an alert's id.

            EXAMPLES:
              acore-sched alerts show health/disk_space//
              acore-sched alerts show 01JZ5X

            EXIT CODES: 0 printed, 1 failed, 2 usage, 4 no such alert, 5 refused
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A key, or the beginning of an alert's id.")
    var alert: String
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let ledger = try AlertLedger(global)
            let alert = try ledger.alert(alert)
            if json { return Console.print(JSONText.line(AlertJSON(alert))) }
            Console.print(try text(alert, ledger))
        }
    }

    private func text(_ alert: Alert, _ ledger: AlertLedger) throws -> String {
        let (last, incident) = (alert.last, alert.state.incident)
        var lines = [
            "\(alert.key): \(alert.state.word.rawValue)\(incident.map { ", \($0.level.rawValue)" } ?? "")", "  summary  \(last.summary)",
            "  since    \(ledger.text(alert.since))",
        ]
        if let value = last.value { lines.append("  value    \(Self.number(value, last))") }
        if let run = last.run { lines.append("  run      \(run)") }
        if alert.flaps.isFlapping { lines.append("  flaps    it changes often, and is one alert until that is over") }
        if let acknowledged = incident?.acknowledged {
            lines.append("  seen by  \(acknowledged.by), \(ledger.text(acknowledged.at))")
        }
        lines += last.details.split(separator: "\n").map { "    \($0)" }
        guard let incident else { return lines.map(EventText.harmless).joined(separator: "\n") }
        lines.append("  alert    \(incident.id)")
        for record in try ledger.history(alert: incident.id.rawValue, limit: 50).reversed() {
            lines.append("    \(ledger.text(record.at))  \(record.kind.rawValue): \(record.detail)")
        }
        let notices = try ledger.records.read { ledger throws(LedgerError) in try ledger.notices(of: incident.id, limit: 50) } ?? []
        for row in notices where row.state != .delivered {
            let trouble = row.trouble.map { ": \($0)" } ?? ""
            let state = row.state == .joined ? "goes with others" : "\(row.state.rawValue), \(row.tries) tries"
            lines.append("    notice \(row.notice.sequence) to \(row.channel): \(state)\(trouble)")
        }
        return lines.map(EventText.harmless).joined(separator: "\n")
    }

    private static func number(_ value: Double, _ last: AlertFinding) -> String {
        let bounds = [last.warning.map { "warning from \(ValueText.of($0))" }, last.critical.map { "critical from \(ValueText.of($0))" }]
            .compactMap(\.self).joined(separator: ", ")
        return "\(ValueText.of(value)) \(last.unit ?? "")\(bounds.isEmpty ? "" : " (\(bounds))")"
    }
}

/// Numbers of checks for people.
enum ValueText {
    /// At most three digits behind the point, none that say nothing.
    static func of(_ value: Double) -> String {
        guard abs(value) < 1e15 else { return "\(value)" }
        let thousandths = (value * 1000).rounded()
        if thousandths.truncatingRemainder(dividingBy: 1000) == 0 { return "\(Int64(thousandths / 1000))" }
        return "\(thousandths / 1000)"
    }
}
