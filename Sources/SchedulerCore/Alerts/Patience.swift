package import CronSchedule

/// How long, and how many results in a row, something has to be so before it counts. Both have to be met.
package struct Patience: Sendable, Hashable, Codable {
    /// From the first result to the last one.
    package var duration: Duration
    package var results: Int

    /// Without arguments the first result counts.
    package init(duration: Duration = .zero, results: Int = 1) {
        self.duration = duration
        self.results = results
    }

    /// Whether a streak is long enough.
    func isMet(by streak: Streak?) -> Bool {
        guard let streak else { return false }
        return streak.results >= results && streak.last.since(streak.first) >= duration
    }
}

/// Results of one kind in a row.
package struct Streak: Sendable, Hashable, Codable {
    package var first: Instant
    package var last: Instant
    package var results: Int

    package init(at instant: Instant) {
        first = instant
        last = instant
        results = 1
    }

    /// `streak` and one result more.
    static func extended(_ streak: Streak?, at instant: Instant) -> Streak {
        guard var longer = streak else { return Streak(at: instant) }
        // Where the clock was set back, the time between the two is not known, and what went before still counts.
        if instant < longer.last { longer.first = longer.first.moved(by: instant.since(longer.last)) }
        longer.last = instant
        longer.results += 1
        return longer
    }
}
