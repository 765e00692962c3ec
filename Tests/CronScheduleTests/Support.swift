import CronSchedule
import Testing

/// A zone of the system, for rows of tables.
func zone(_ name: String) throws -> SystemTimeZone { try SystemTimeZone.named(name) }

/// A moment in ISO 8601.
func instant(_ text: String) throws -> Instant { try #require(Instant(iso8601: text), "no moment: \(text)") }

/// The next `count` occurrences as local ISO 8601 text.
func occurrences(
    _ expression: String, after: String, in name: String, count: Int, dstGap: DSTGapPolicy = .run
) throws -> [String] {
    let schedule = try CronSchedule(expression)
    let zone = try zone(name)
    var moment = try instant(after)
    var found: [String] = []
    while found.count < count, let next = try schedule.next(after: moment, in: zone, dstGap: dstGap) {
        try #require(next > moment, "\(expression): not after \(moment)")
        found.append(next.iso8601(offset: zone.offset(at: next)))
        moment = next
    }
    return found
}
