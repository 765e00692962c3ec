public import FoundationEssentials

/// What a request tells of other runs, as far as the plugin's description asks for it (``KindDescription/needs``): of the jobs that the
/// settings of the job name, and of the units that runs work on.
public struct WireFacts: Sendable, Hashable, Codable {
    /// Of each named job the newest run that has ended; nil when the description does not ask for it, empty when none of them ever ran.
    public var lastRuns: [String: LastRun]?
    /// Of each named job the newest run that made a good point; nil when the description does not ask for it.
    public var points: [String: Point]?
    /// The units that other runs work on now; nil when the description does not ask for it, or nobody could read it: then nothing is
    /// known, and a unit may well be worked on. Empty when there is none.
    public var maintenance: [Maintenance]?

    /// A run that has ended. Dry runs are none.
    public struct LastRun: Sendable, Hashable, Codable {
        /// Its id, a ULID.
        public var run: String
        /// `succeeded`, `warning`, `failed`, `timed_out`, `cancelled` or `interrupted`.
        public var state: String
        /// When its last attempt ended.
        public var endedAt: Date
        /// What it said of itself.
        public var summary: String?
        /// When the job last ended with `succeeded` or `warning`; nil when it never did.
        public var lastSuccessAt: Date?

        /// What is known of a run.
        public init(run: String, state: String, endedAt: Date, summary: String?, lastSuccessAt: Date?) {
            self.run = run
            self.state = state
            self.endedAt = endedAt
            self.summary = summary
            self.lastSuccessAt = lastSuccessAt
        }

        private enum CodingKeys: String, CodingKey {
            case run, state, summary
            case endedAt = "ended_at"
            case lastSuccessAt = "last_success_at"
        }
    }

    /// Something to go back to, of which nothing is missing: the result of its run has the number ``goodPoints``.
    public struct Point: Sendable, Hashable, Codable {
        /// The id of the run that made it, a ULID.
        public var run: String
        /// When that run ended.
        public var endedAt: Date

        /// A point that a run made.
        public init(run: String, endedAt: Date) {
            self.run = run
            self.endedAt = endedAt
        }

        private enum CodingKeys: String, CodingKey {
            case run
            case endedAt = "ended_at"
        }
    }

    /// A unit that a run has marked and works on, until its end at the longest.
    public struct Maintenance: Sendable, Hashable, Codable {
        /// A unit of systemd.
        public var unit: String
        /// When the mark ends by itself.
        public var until: Date
        /// The id of the run that set it, a ULID.
        public var run: String

        /// A mark that a run has set.
        public init(unit: String, until: Date, run: String) {
            self.unit = unit
            self.until = until
            self.run = run
        }
    }

    /// The number of a result that says how many good points the run made.
    public static let goodPoints = "good_points"

    /// What is known; nil for what is not asked for.
    public init(lastRuns: [String: LastRun]? = nil, points: [String: Point]? = nil, maintenance: [Maintenance]? = nil) {
        self.lastRuns = lastRuns
        self.points = points
        self.maintenance = maintenance
    }

    private enum CodingKeys: String, CodingKey {
        case points, maintenance
        case lastRuns = "last_runs"
    }
}
