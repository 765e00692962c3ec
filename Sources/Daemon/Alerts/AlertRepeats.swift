import SchedulerCore

/// When channels whose receivers forget are to hear again of what goes on. Moments are of a clock that nobody sets.
struct AlertRepeats {
    private let intervals: [String: Duration]
    /// When the next time is; channels that know of nothing that goes on have none.
    private var moments: [String: Duration]

    /// A daemon that starts does not know what was forgotten meanwhile: it repeats at once.
    init(_ intervals: [String: Duration]) {
        self.intervals = intervals
        moments = intervals.mapValues { _ in .zero }
    }

    /// In the order of their names.
    func due(at now: Duration) -> [String] { moments.filter { $0.value <= now }.keys.sorted() }

    /// The next moment of any channel but `others`, none before the end of its rest.
    func next(besides others: Set<String>, resting rests: [String: Duration]) -> Duration? {
        moments.filter { !others.contains($0.key) }.map { max($0.value, rests[$0.key] ?? .zero) }.min()
    }

    /// A channel was told something: it may have to be told again.
    mutating func told(_ channel: String, at now: Duration) {
        guard let interval = intervals[channel], moments[channel] == nil else { return }
        moments[channel] = now + interval
    }

    /// A channel was told again of so many alerts; of none that goes on it has no next time.
    mutating func toldAgain(_ channel: String, alerts: Int, at now: Duration) {
        moments[channel] = alerts == 0 ? nil : intervals[channel].map { now + $0 }
    }
}

extension DeliveryOutcome {
    /// Why it was not delivered; empty when it was.
    var reason: String {
        switch self {
        case .delivered: ""
        case .again(let reason, _), .refused(let reason): reason
        }
    }
}
