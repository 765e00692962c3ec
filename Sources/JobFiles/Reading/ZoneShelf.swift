import CronSchedule
import Synchronization

/// The zones that the files of one load name, each read once.
final class ZoneShelf: Sendable {
    private let known = Mutex<[String: Result<SystemTimeZone, TimeZoneError>]>([:])

    func zone(named name: String) -> Result<SystemTimeZone, TimeZoneError> {
        if let found = known.withLock({ $0[name] }) { return found }
        let answer: Result<SystemTimeZone, TimeZoneError>
        do {
            answer = .success(try SystemTimeZone.named(name))
        } catch {
            answer = .failure(error)
        }
        known.withLock { $0[name] = answer }
        return answer
    }
}
