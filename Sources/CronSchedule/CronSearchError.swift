/// The search for a moment was given up; it never happens with the rules of a real zone.
public enum CronSearchError: Error, Sendable, Hashable {
    /// The zone changes its offset more often than ``CronSchedule/maximumPeriodsSearched`` times on the way.
    case tooManyPeriods(zone: String)
    /// The zone's periods do not contain the moment asked for, or do not follow each other.
    case inconsistentZone(zone: String, seconds: Int64)
}

extension CronSearchError: CustomStringConvertible {
    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .tooManyPeriods(let zone):
            "the search passed \(CronSchedule.maximumPeriodsSearched) changes of offset in \(zone) without an answer; "
                + "check the tz data of that zone"
        case .inconsistentZone(let zone, let seconds):
            "the rules of \(zone) contradict themselves around \(Instant(seconds: seconds)); check the tz data of that zone"
        }
    }
}
