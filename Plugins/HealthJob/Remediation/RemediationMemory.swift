/// What is kept of restarts from one run to the next.
struct RemediationMemory: Codable, Sendable, Hashable {
    /// By unit.
    var units: [String: RemedyMemory] = [:]
    /// When it turned out that what was kept before is lost.
    var lost: RestartMoment?

    /// Forgets what no rule asks about any more. What was restarted within the hour is kept, also of units that the settings do not name now:
    /// a line that is taken out and put in again is not to lift the cap.
    mutating func prune(to remedies: [Remedy], now: RestartMoment) {
        let named = Set(remedies.map(\.unit))
        for unit in units.keys {
            units[unit]?.restarts.removeAll { $0.age(at: now) >= RemedyMemory.hour }
            if !named.contains(unit), units[unit]?.restarts.isEmpty != false { units[unit] = nil }
        }
        if let lost, lost.age(at: now) >= RemedyMemory.hour { self.lost = nil }
    }
}

/// What is kept of one unit.
struct RemedyMemory: Codable, Sendable, Hashable {
    /// The span in which restarts are counted, in seconds.
    static let hour = 3600.0

    /// Of a check that was critical: in how many runs in a row, and in how many since then it could not look.
    struct Count: Codable, Sendable, Hashable {
        var critical: Int
        var unknown = 0
    }

    /// By check, as `when` names it.
    var counts: [String: Count] = [:]
    /// Of the last hour, oldest first.
    var restarts: [RestartMoment] = []
    /// Restarts since the unit was well for an hour.
    var inARow = 0

    /// Writes down a restart, before it is made. What was seen was seen of what ran before it: the counts begin anew.
    mutating func note(restartAt now: RestartMoment) {
        restarts.append(now)
        inARow += 1
        counts = [:]
    }
}

/// A moment by the clock that nobody sets (CLOCK_BOOTTIME). The calendar is not asked: set back, it would hold restarts for ever, or set
/// forward let too many pass.
struct RestartMoment: Codable, Sendable, Hashable {
    /// The boot's id.
    let boot: String
    /// Seconds since the boot.
    let up: Double

    /// Seconds from this moment to a later one. What was before this boot is at least as old as the boot, and counts as that old.
    func age(at now: RestartMoment) -> Double {
        boot == now.boot && up <= now.up ? now.up - up : now.up
    }
}
