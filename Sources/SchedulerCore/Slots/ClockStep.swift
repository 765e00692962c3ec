package import CronSchedule

/// What the wall clock did between two looks, judged against a clock that nobody can set.
///
/// The three sizes of a step back follow OpenBSD's cron, which tells small steps (repeat nothing) from
/// large ones (the clock had been wrong: count anew).
package enum ClockStep: Sendable, Hashable {
    /// It went on as time does.
    case none
    /// It was set forward.
    case forward(Duration)
    /// It was set back by at most ``smallBound``: fixed-time slots that have their rows are not run again.
    case backSmall(Duration)
    /// It was set back by more: all slots count anew from now.
    case backLarge(Duration)

    /// Less than this is drift or the clock's own correction.
    package static let threshold = Duration.milliseconds(200)
    /// The largest step back after which earlier rows still count.
    package static let smallBound = Duration.seconds(3 * 3600)

    /// - Parameters:
    ///   - elapsed: by the clock that counts on, suspend included (CLOCK_BOOTTIME); nil across a restart,
    ///     when only a wall clock that stands before `before` can be recognised.
    package static func judge(before: Instant, now: Instant, elapsed: Duration?) -> ClockStep {
        let wall = Duration.milliseconds(now.milliseconds - before.milliseconds)
        let step = wall - (elapsed ?? max(wall, .zero))
        if step > threshold { return .forward(step) }
        if step < .zero - smallBound { return .backLarge(.zero - step) }
        if step < .zero - threshold { return .backSmall(.zero - step) }
        return .none
    }

    /// By how much the clock was set: forward is positive.
    package var shift: Duration {
        switch self {
        case .none: .zero
        case .forward(let step): step
        case .backSmall(let step), .backLarge(let step): .zero - step
        }
    }

    /// The cursor of a job after this step.
    /// - Parameters:
    ///   - era: the era that begins with a step back.
    package func applied(to cursor: JobCursor, now: Instant, era: Int, isElapsedOnly: Bool) -> JobCursor {
        var moved = cursor
        // A pause is a span of time, whatever the clock says.
        if let end = cursor.pausedUntil, end != JobCursor.forever { moved.pausedUntil = end.moved(by: shift) }
        switch self {
        case .none: break
        case .forward:
            if isElapsedOnly { moved.accountedTo = min(now, cursor.accountedTo.moved(by: shift)) }
        case .backSmall, .backLarge:
            moved.era = era
            let floor = max(cursor.fixedFloor ?? cursor.accountedTo, cursor.accountedTo)
            // Several small steps that add up to a large one are a large one.
            let isLarge = if case .backLarge = self { true } else { floor > now.moved(by: Self.smallBound) }
            if isElapsedOnly {
                moved.accountedTo = min(now, cursor.accountedTo.moved(by: shift))
                moved.fixedFloor = nil
            } else {
                moved.accountedTo = isLarge ? now : min(now, cursor.accountedTo)
                moved.fixedFloor = isLarge ? nil : floor
            }
        }
        return moved
    }
}
