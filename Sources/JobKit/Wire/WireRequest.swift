public import FoundationEssentials

/// What a worker is asked to do: one line of JSON on its standard input. It may hold secrets, so it never becomes an
/// argument or a file.
public struct WireRequest: Sendable, Hashable, Codable {
    /// The wire's version, 1.
    public var v: Int
    /// The run's id, a ULID.
    public var run: String
    /// The job's name.
    public var job: String
    /// From 1.
    public var attempt: Int
    /// The due moment; nil for a run that a person started.
    public var scheduledFor: Date?
    /// When the launcher ends the attempt.
    public var deadline: Date?
    /// Seconds from TERM to KILL.
    public var graceSeconds: Double
    /// The job's private folder.
    public var stateDirectory: String
    /// Plan only.
    public var dryRun: Bool
    /// The `with:` section.
    public var settings: ConfigNode
    /// The verb that a person asked for; nil for a run.
    public var verb: String?
    /// The words after the verb, relative paths made absolute; nil for a run.
    public var argv: [String]?
    /// What is known of other runs; nil when the plugin's description asks for nothing.
    public var facts: WireFacts?

    /// A request of version 1.
    public init(
        run: String, job: String, attempt: Int, scheduledFor: Date?, deadline: Date?, graceSeconds: Double, stateDirectory: String,
        dryRun: Bool, settings: ConfigNode, verb: String? = nil, argv: [String]? = nil, facts: WireFacts? = nil
    ) {
        v = WireCoding.version
        self.run = run
        self.job = job
        self.attempt = attempt
        self.scheduledFor = scheduledFor
        self.deadline = deadline
        self.graceSeconds = graceSeconds
        self.stateDirectory = stateDirectory
        self.dryRun = dryRun
        self.settings = settings
        self.verb = verb
        self.argv = argv
        self.facts = facts
    }

    private enum CodingKeys: String, CodingKey {
        case v, run, job, attempt, deadline, settings, verb, argv, facts
        case scheduledFor = "scheduled_for"
        case graceSeconds = "grace_s"
        case stateDirectory = "state_dir"
        case dryRun = "dry_run"
    }
}
