import CronSchedule

/// A moment at which something has to be looked at; out of date when its subject has moved on since.
struct Alarm: Sendable, Comparable {
    enum Subject: Sendable, Hashable {
        /// A job's next slot, or the end of its pause.
        case job(String)
        /// The end of the pause before a run's next attempt.
        case retry(RunID)
        /// The end of a job's wait for other jobs.
        case wait(String)

        /// For a fixed order among alarms of one moment.
        fileprivate var name: String {
            switch self {
            case .job(let name), .wait(let name): name
            case .retry(let id): id.rawValue
            }
        }
    }

    var at: Instant
    var subject: Subject

    static func < (left: Alarm, right: Alarm) -> Bool { (left.at, left.subject.name) < (right.at, right.subject.name) }
}
