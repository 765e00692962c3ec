import FoundationEssentials

/// What is to be done about a unit.
enum RemedyAction: Sendable, Hashable {
    /// Nothing is critical.
    case rest
    /// Not often enough critical, in words.
    case count(String)
    /// It would be restarted, or might be, if there were not this.
    case hold(Hold)
    case restart(cause: String)

    /// Why a unit is left alone.
    enum Hold: Sendable, Hashable {
        /// A run works on it.
        case maintenance(run: String, until: Date)
        /// Nobody could find out whether a run works on it.
        case maintenanceUnknown
        /// A unit that it needs is down.
        case parent(String)
        /// The last restart is too near, by so many seconds.
        case backoff(wait: Double)
        /// There were too many restarts; the next one may be in so many seconds.
        case cap(restarts: Int, wait: Double)
        /// How often it was restarted is no longer known.
        case lost(wait: Double)
        /// systemd says something against it.
        case unit(UnitObjection)
        /// What was to be done could not be written down first.
        case notKept
        /// Another run of this job counts just now.
        case otherRun(String)
        /// The run's own time is up.
        case late
    }
}

/// Why a unit is not to be restarted as it is.
enum UnitObjection: Sendable, Hashable {
    /// systemd works on it by itself.
    case busy(String)
    /// It was ended on purpose.
    case stopped
    /// It cannot be started.
    case impossible(String)
    /// systemd did not answer.
    case silent(String)
}
