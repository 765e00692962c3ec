import ArgumentParser
import ControlClient
import Daemon
import SchedulerCore

/// `alerts list`: what fires now.
struct AlertsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Print the alerts that fire, the worst first; or the silences.",
        discussion: """
            STATE is firing, clearing (good again, but not for long enough), pending (bad,
            but not for long enough; with --all) or ok (was bad lately; with --all).

            EXAMPLES:
              acore-sched alerts list
              acore-sched alerts list --all --json | jq -r .key
              acore-sched alerts list --silences

            EXIT CODES: 0 printed, 1 failed, 2 usage, 5 refused
            """)

    @OptionGroup var global: GlobalOptions
    @Flag(name: .long, help: "Also what is not an alert yet, or not any more.")
    var all = false
    @Flag(name: .long, help: "The silences that last, instead of alerts.")
    var silences = false
    @Flag(name: .long, help: "Print one JSON object a row.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let ledger = try AlertLedger(global)
            if silences { return try show(ledger.silences(), ledger) }
            try show(ledger.alerts().filter { all || $0.state.incident != nil }, ledger)
        }
    }

    private func show(_ alerts: [Alert], _ ledger: AlertLedger) throws {
        if json { return alerts.forEach { Console.print(JSONText.line(AlertJSON($0))) } }
        guard !alerts.isEmpty else { return Console.print(all ? "everything is as it should be" : "no alert fires") }
        var table = Table([
            .init("ALERT", narrowest: 14, turn: 2), .init("LEVEL"), .init("STATE", turn: 3), .init("KEY", shrinks: true),
            .moment("SINCE", turn: 4), .init("ACKNOWLEDGED", shrinks: true, turn: 1), .init("SUMMARY", shrinks: true),
        ])
        for alert in alerts {
            let incident = alert.state.incident
            table.add([
                .init(incident?.id.rawValue ?? "-"), .init(alert.level.rawValue, alert.level.style), .init(alert.state.word.rawValue),
                .init(alert.key.text, .strong), .init(ledger.text(alert.since)), .init(incident?.acknowledged?.by ?? "-"),
                .init(alert.last.summary),
            ])
        }
        Console.print(table.shown)
    }

    private func show(_ silences: [AlertSilence], _ ledger: AlertLedger) throws {
        if json { return silences.forEach { Console.print(JSONText.line(SilenceJSON($0))) } }
        guard !silences.isEmpty else { return Console.print("nothing is silenced") }
        var table = Table([
            .init("SILENCE", narrowest: 14, turn: 1), .init("PATTERN", shrinks: true), .moment("UNTIL"), .init("AUTHOR", shrinks: true),
            .init("REASON", shrinks: true),
        ])
        for silence in silences {
            table.add([
                .init(silence.id.rawValue), .init(silence.pattern, .strong), .init(ledger.text(silence.until)), .init(silence.author),
                .init(silence.reason),
            ])
        }
        Console.print(table.shown)
    }
}
