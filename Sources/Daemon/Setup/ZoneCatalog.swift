package import CronSchedule
import Synchronization

/// Zones by name, each read once.
package final class ZoneCatalog: Sendable {
    private let zones = Mutex<[String?: SystemTimeZone]>([:])

    package init() {}

    /// - Parameter name: nil for the machine's own zone.
    package func zone(_ name: String?) throws(TimeZoneError) -> SystemTimeZone {
        try zones.withLock { zones throws(TimeZoneError) in
            if let known = zones[name] { return known }
            let zone = if let name { try SystemTimeZone.named(name) } else { try SystemTimeZone.machine() }
            zones[name] = zone
            return zone
        }
    }
}
