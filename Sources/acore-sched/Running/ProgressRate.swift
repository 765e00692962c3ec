import JobKit

/// How fast a run goes on, told by its last events of progress and the moments when they came.
struct ProgressRate {
    /// Events closer than this count as one, so that a burst of older ones says nothing of the speed.
    private static let grain = Duration.milliseconds(250)
    /// What came before this is forgotten: the speed is that of now.
    private static let memory = Duration.seconds(30)
    /// Shorter spans tell nothing that is steady.
    private static let shortestSpan = Duration.seconds(1)

    private var unit = ""
    private var samples: [(moment: ContinuousClock.Instant, done: Double)] = []

    /// Takes an event; another unit, or less than before, is something new.
    mutating func take(_ progress: WireEvent.Progress, at moment: ContinuousClock.Instant) {
        if progress.unit != unit || progress.done < samples.last?.done ?? 0 { samples = [] }
        unit = progress.unit
        samples.removeAll { moment - $0.moment > Self.memory }
        if samples.count > 1, let last = samples.last, moment - last.moment < Self.grain {
            // The moment stays, or events that never pause would count as one for ever.
            samples[samples.count - 1].done = progress.done
        } else if samples.count == 1, moment - samples[0].moment < Self.grain {
            samples = [(moment, progress.done)]
        } else {
            samples.append((moment, progress.done))
        }
    }

    /// In the unit, a second; nil until there is enough to tell.
    var perSecond: Double? {
        guard let first = samples.first, let last = samples.last, last.moment - first.moment >= Self.shortestSpan else { return nil }
        let rate = (last.done - first.done) / ((last.moment - first.moment) / .seconds(1))
        return rate.isFinite && rate > 0 ? rate : nil
    }
}
