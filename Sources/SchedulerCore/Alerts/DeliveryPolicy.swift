package import CronSchedule

/// When a notice is tried again, and when it is given up.
package enum DeliveryPolicy {
    package static let firstPause = Duration.seconds(5)
    package static let longestPause = Duration.seconds(15 * 60)
    package static let lifetime = Duration.seconds(72 * 3600)
    /// However old a notice is, it is tried so often: the machine may have been off all the time, or its clock wrong.
    package static let leastTries = 20
    /// A receiver that asks for more has to take it sooner.
    package static let longestWish = Duration.seconds(24 * 3600)
    /// A pause is this much longer or shorter, at most, so that many notices do not come back together.
    package static let jitter = 0.2

    /// The pause after so many tries.
    /// - Parameter dice: from 0 to 1.
    package static func pause(after tries: Int, dice: Double) -> Duration {
        let doublings = min(max(0, tries - 1), 20)
        let plain = min(firstPause * (1 << doublings), longestPause)
        let milliseconds = Double(plain.components.seconds) * 1000 * (1 - jitter + 2 * jitter * dice)
        return min(.milliseconds(Int64(milliseconds.rounded())), longestPause)
    }

    /// The mark before a try: should the program fall over it, the row is pushed back and holds up no other.
    package static func attempt(_ row: OutboxRow, now: Instant, dice: Double) -> DeliveryMark {
        let tries = row.tries + 1
        return DeliveryMark(
            delivery: row.notice.delivery, tries: row.tries, state: .waiting, triesNow: tries,
            nextAttempt: now.moved(by: pause(after: tries, dice: dice)), at: now, trouble: row.trouble)
    }

    /// How long nothing else is tried on a channel after a try; nil for not at all. What does not get through at one
    /// notice hardly will at the next, and who asks for a pause means all.
    package static func rest(after outcome: DeliveryOutcome) -> Duration? {
        switch outcome {
        case .delivered, .refused: nil
        case .again(_, let wish): max(firstPause, min(wish ?? .zero, longestWish))
        }
    }

    /// The mark after a try; `row` as it was during it.
    package static func mark(_ row: OutboxRow, after outcome: DeliveryOutcome, now: Instant, dice: Double) -> DeliveryMark {
        var mark = DeliveryMark(
            delivery: row.notice.delivery, tries: row.tries, state: .waiting, triesNow: row.tries, nextAttempt: now, at: now,
            trouble: nil)
        switch outcome {
        case .delivered: mark.state = .delivered
        case .refused(let reason):
            mark.state = .refused
            mark.trouble = reason.cut(to: AlertFinding.summaryBound)
        case .again(let reason, let retryAfter):
            mark.trouble = reason.cut(to: AlertFinding.summaryBound)
            let pause = max(pause(after: row.tries, dice: dice), min(retryAfter ?? .zero, longestWish))
            mark.nextAttempt = now.moved(by: pause)
            let end = row.createdAt.moved(by: lifetime)
            if mark.nextAttempt >= end, row.tries >= leastTries { mark.state = .expired }
        }
        return mark
    }
}
