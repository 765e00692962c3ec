package import CronSchedule

/// A channel, as far as alerts go by it.
package struct AlertReceiver: Sendable {
    /// The channel that gets what this one refused.
    package var fallback: String?
    package var escalation: Channel.Escalation?
    package var quietHours: QuietHours?
    /// The zone of the quiet hours.
    package var zone: any TimeZoneRules

    package init(
        fallback: String? = nil, escalation: Channel.Escalation? = nil, quietHours: QuietHours? = nil,
        zone: any TimeZoneRules = SystemTimeZone.utc
    ) {
        self.fallback = fallback
        self.escalation = escalation
        self.quietHours = quietHours
        self.zone = zone
    }

    /// From when on it is told of something that comes up now.
    func opening(at now: Instant, isCritical: Bool) -> Instant {
        isCritical ? now : quietHours?.end(at: now, in: zone) ?? now
    }
}
