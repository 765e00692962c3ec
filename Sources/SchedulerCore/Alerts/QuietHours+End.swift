package import CronSchedule

extension QuietHours {
    /// The end of the quiet hours that `instant` lies in; nil when it lies in none.
    package func end(at instant: Instant, in zone: any TimeZoneRules) -> Instant? {
        let day: Int64 = 86_400
        let local = instant.seconds + Int64(zone.offset(at: instant))
        let time = (local % day + day) % day
        guard contains(minute: Int(time / 60)) else { return nil }
        let plain = Instant(seconds: instant.seconds + (Int64(to) * 60 - time + day) % day)
        // A change of the offset in between moves the end; one that the clock leaps over comes after the gap.
        let shift = Int64(zone.offset(at: plain)) - Int64(zone.offset(at: instant))
        let moved = Instant(seconds: plain.seconds - shift)
        let isThere = moved > instant && zone.offset(at: moved) == zone.offset(at: plain)
        return isThere ? moved : plain
    }
}
