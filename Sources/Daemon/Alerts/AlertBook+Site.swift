package import CronSchedule
import JobFiles
package import Ledger
package import SchedulerCore

extension AlertBook {
    /// What the ledger holds of alerts, under the rules of the daemon's file.
    package init(_ ledger: Ledger, site: Site, now: Instant) throws(LedgerError) {
        self.init(
            routing: AlertRouting(site.settings, zones: site.zones), host: Machine.hostName, alerts: try ledger.alerts(),
            silences: try ledger.silences(at: now))
    }

    /// Learns what jobs there are, and how long the runs took of those that ask to hear of unusual ones.
    mutating func meet(_ definitions: [JobDefinition], _ ledger: Ledger) throws(LedgerError) {
        know(definitions)
        let new = watched.subtracting(baselines.keys).sorted()
        guard !new.isEmpty else { return }
        let durations = try ledger.durations(of: new, limit: DurationBaseline.length)
        for job in new { baselines[job] = DurationBaseline(durations[job] ?? []) }
    }
}

extension AlertRouting {
    init(_ settings: DaemonSettings, zones: ZoneCatalog) {
        self.init()
        standard = settings.alerts.settings
        channels = settings.alerts.channels
        criticalChannels = settings.alerts.criticalChannels
        folded = Set(settings.alerts.folded + settings.channels.filter(\.isForPeople).map(\.name))
        groupWait = settings.alerts.groupWait
        for channel in settings.channels { receivers[channel.name] = AlertReceiver(channel, zones: zones) }
    }
}

extension AlertReceiver {
    fileprivate init(_ channel: Channel, zones: ZoneCatalog) {
        self.init(fallback: channel.fallback, escalation: channel.escalation, quietHours: channel.quietHours)
        do throws(TimeZoneError) {
            zone = try zones.zone(channel.quietHours?.timezone)
        } catch {
            // What is shown of this machine's time is in UTC then, too.
            zone = SystemTimeZone.utc
        }
    }
}
