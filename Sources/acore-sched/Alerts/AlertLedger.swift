import CronSchedule
import Daemon
import Ledger
import SchedulerCore

/// What the ledger says of alerts and checks.
struct AlertLedger {
    let site: Site
    let records: Records
    let now: Instant
    let zone: any TimeZoneRules

    init(_ global: GlobalOptions) throws(DaemonError) {
        site = try Site(locations: global.locations)
        records = try Records(stateDirectory: site.locations.stateDirectory)
        now = Moment.now
        do throws(TimeZoneError) {
            zone = try site.zones.zone(nil)
        } catch {
            throw DaemonError(error.message, fix: error.fix)
        }
    }

    func alerts() throws(DaemonError) -> [Alert] {
        let alerts = try records.read { ledger throws(LedgerError) in try ledger.alerts() } ?? []
        return alerts.sorted { ($1.level, $0.key.text) < ($0.level, $1.key.text) }
    }

    func silences() throws(DaemonError) -> [AlertSilence] {
        try records.read { ledger throws(LedgerError) in try ledger.silences(at: now) } ?? []
    }

    func history(job: String? = nil, alert: String? = nil, limit: Int) throws(DaemonError) -> [AlertRecord] {
        try records.read { ledger throws(LedgerError) in try ledger.alertRecords(job: job, alert: alert, limit: limit) } ?? []
    }

    /// The key or incident that a word names: a key, or the beginning of an incident's id.
    func alert(_ word: String) throws(DaemonError) -> Alert {
        let alerts = try alerts()
        if let alert = alerts.first(where: { $0.key.text == word }) { return alert }
        let found = alerts.filter { $0.state.incident?.id.rawValue.hasPrefix(word.uppercased()) ?? false }
        guard let alert = found.first, found.count == 1 else {
            let word = EventText.harmless(word)
            throw DaemonError(
                found.isEmpty ? "there is no alert \(word)" : "\(found.count) alerts begin with \(word)",
                fix: "see acore-sched alerts list",
                category: .notFound)
        }
        return alert
    }

    func text(_ instant: Instant) -> String { LocalTime.text(instant, in: zone) }
}

extension AlertLevel {
    /// How it looks in a table.
    var style: TextStyle {
        switch self {
        case .ok: .good
        case .unknown, .warning: .caution
        case .critical: .bad
        }
    }
}
