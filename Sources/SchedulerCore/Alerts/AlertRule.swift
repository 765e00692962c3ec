/// When a key's results become an alert, when the alert ends, and who is told.
package struct AlertRule: Sendable {
    package var warning = Patience()
    package var critical = Patience()
    package var unknown = Patience(duration: Self.standardUnknown)
    package var clear = Patience()
    /// Between two notices of an alert that goes on; nil for none.
    package var reminder: Duration? = Self.standardReminder
    /// Who hears of what is not critical.
    package var channels: [String] = []
    /// Who hears of what is critical.
    package var criticalChannels: [String] = []
    /// What the daemon's file says of channels.
    package var receivers: [String: AlertReceiver] = [:]
    /// What of a job is told.
    package var occasions: Set<Notices.Occasion> = Self.standardOccasions
    /// The systemd unit that the job is about: its maintenance holds the job's alerts back.
    package var unit: String?
    /// Keys, as patterns, whose alerts hold these back.
    package var parents: [String] = []
    /// A start this much after its slot is late.
    package var late = Self.standardLate
    /// A run that goes on for so long is slow; nil when only the history of its job tells.
    package var slow: Duration?

    package init() {}

    package static let standardReminder = Duration.seconds(4 * 3600)
    package static let standardUnknown = Duration.seconds(15 * 60)
    package static let standardLate = Duration.seconds(5 * 60)
    /// For jobs whose file says nothing.
    package static let standardOccasions: Set<Notices.Occasion> = [.failure, .recovery, .missed]

    /// Who hears of an alert of this level.
    func channels(for level: AlertLevel) -> [String] { level == .critical ? criticalChannels : channels }

    /// The same rule for what the daemon finds out by itself: one look is enough.
    var withoutPatience: AlertRule {
        var rule = self
        (rule.warning, rule.critical, rule.unknown, rule.clear) = (Patience(), Patience(), Patience(), Patience())
        return rule
    }
}
