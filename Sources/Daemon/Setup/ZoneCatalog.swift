package import CronSchedule
import Synchronization

/// Zones by name, each read once.
package final class ZoneCatalog: Sendable {
    private let zones = Mutex<[String?: SystemTimeZone]>([:])

    package init() {}

    /// - Parameter name: nil for the machine's own zone.
    package func zone(_ name: String?) throws(TimeZoneError) -> SystemTimeZone {
        if let known = zones.withLock({ $0[name] }) { return known }
        let zone = if let name { try SystemTimeZone.named(name) } else { try SystemTimeZone.machine() }
        zones.withLock { $0[name] = zone }
        return zone
    }
}
