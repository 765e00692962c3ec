package import CronSchedule

/// A notice on its way to a channel.
package struct OutboxRow: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case waiting, delivered
        /// The delivery of another row tells of it, and is on its way.
        case joined
        /// The channel will not take it.
        case refused
        /// ``DeliveryPolicy/lifetime`` is over.
        case expired
        /// What came up before its first try made it needless.
        case withdrawn
    }

    /// The order in which notices were decided; nil until it is stored.
    package var number: Int64?
    package var notice: AlertNotice
    package var channel: String
    /// Rows of one lane to one channel keep their order: those of an alert.
    package var lane: String
    package var createdAt: Instant
    package var nextAttempt: Instant
    /// When ``nextAttempt`` was decided. One that lies ahead shows that the clock was set back since: then it counts no more.
    package var changedAt: Instant
    package var tries: Int
    package var state: State
    /// Why the last try failed, without addresses and secrets.
    package var trouble: String?
    /// Whether it came here because another channel refused it.
    package var isFallback: Bool
    /// From when on it may be told in one delivery with others; nil for one that goes by itself.
    package var opensAt: Instant?
    /// The delivery that tells of it, when that is another row's.
    package var joined: RunID?

    /// By so much a clock is corrected all the time.
    package static let clockTolerance = Duration.seconds(60)

    package init(notice: AlertNotice, channel: String, createdAt: Instant, nextAttempt: Instant, isFallback: Bool = false) {
        self.notice = notice
        self.channel = channel
        lane = notice.alert.rawValue
        self.createdAt = createdAt
        self.nextAttempt = nextAttempt
        changedAt = createdAt
        self.isFallback = isFallback
        tries = 0
        state = .waiting
    }
}

/// What a row of the outbox becomes; it must be waiting, after so many tries.
package struct DeliveryMark: Sendable, Hashable {
    package var delivery: RunID
    /// Before the change.
    package var tries: Int
    package var state: OutboxRow.State
    /// After the change.
    package var triesNow: Int
    package var nextAttempt: Instant
    package var at: Instant
    package var trouble: String?

    package init(
        delivery: RunID, tries: Int, state: OutboxRow.State, triesNow: Int, nextAttempt: Instant, at instant: Instant, trouble: String?
    ) {
        self.delivery = delivery
        at = instant
        self.tries = tries
        self.state = state
        self.triesNow = triesNow
        self.nextAttempt = nextAttempt
        self.trouble = trouble?.cut(to: AlertFinding.summaryBound)
    }
}
