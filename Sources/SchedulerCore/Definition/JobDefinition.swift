package import JobKit

/// What a job file defines, checked; values as the file says or by their defaults.
package struct JobDefinition: Sendable, Hashable, Codable {
    /// The file's name without `.yaml`.
    package var name: String
    package var description: String?
    /// The word after `uses:`.
    package var kind: String
    /// When it is due.
    package var timing: Timing
    package var enabled: Bool
    /// Jobs that must have succeeded since this job's last start.
    package var after: [String]
    package var overlap: OverlapPolicy
    package var catchUp: CatchUpPolicy
    /// Per attempt; nil for none (written as `timeout: 0s`).
    package var timeout: Duration?
    /// From TERM to KILL.
    package var grace: Duration
    package var retry: RetryPolicy
    /// Runs of one group wait for each other.
    package var group: String?
    package var surroundings: Surroundings
    package var notices: Notices
    /// How its alerts differ from the daemon's standard.
    package var alerts: AlertSettings
    package var history: HistoryRule
    /// Plan only, each time.
    package var dryRun: Bool
    /// The `with:` section, checked by the kind's declarations.
    package var settings: ConfigNode

    /// A definition with the defaults of every key but these.
    package init(name: String, kind: String, timing: Timing = Timing(), settings: ConfigNode = ConfigNode(.mapping([]))) {
        self.name = name
        self.kind = kind
        self.timing = timing
        self.settings = settings
        enabled = true
        after = []
        overlap = .skip
        catchUp = CatchUpPolicy()
        timeout = Self.standardTimeout
        grace = Self.standardGrace
        retry = RetryPolicy()
        surroundings = Surroundings()
        notices = Notices()
        alerts = AlertSettings()
        history = HistoryRule()
        dryRun = false
    }

    package static let standardTimeout = Duration.seconds(3600)
    package static let standardGrace = Duration.seconds(30)
}
