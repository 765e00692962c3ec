public import FoundationEssentials

/// What a run knows of itself, and the way by which it speaks.
public struct JobContext: Sendable {
    /// The run's id, a ULID.
    public let run: String
    /// The job's name: its file's name without `.yaml`.
    public let job: String
    /// Counts from 1; above 1 an earlier attempt of this run failed.
    public let attempt: Int
    /// The due moment that this run serves; nil for a run that a person started.
    public let scheduledFor: Date?
    /// When the launcher ends this attempt; nil when nothing limits it.
    public let deadline: Date?
    /// Time from cancellation to the end by force.
    public let grace: Duration
    /// A folder private to the job, kept between runs.
    public let stateDirectory: String
    /// A folder private to the run, removed after it.
    public let temporaryDirectory: String
    /// Where the job's secrets lie as files; nil when it has none.
    public let secretsDirectory: String?
    /// Plan and report, change nothing.
    public let dryRun: Bool
    /// What is known of other runs; nil when the kind asks for nothing (``PluginKind/needs``), or nobody could read it.
    public let facts: WireFacts?

    private let emit: @Sendable (WireEvent) -> Void

    /// The context of the run that `request` asks for.
    /// - Parameter emit: takes each event at once, from any thread; never blocks for long.
    public init(request: WireRequest, environment: [String: String], emit: @escaping @Sendable (WireEvent) -> Void) {
        run = request.run
        job = request.job
        attempt = request.attempt
        scheduledFor = request.scheduledFor
        deadline = request.deadline
        grace = .milliseconds(Int64(request.graceSeconds * 1000))
        stateDirectory = request.stateDirectory
        temporaryDirectory = environment["TMPDIR"] ?? "/tmp"
        secretsDirectory = environment["ACORE_SECRETS_DIR"]
        dryRun = request.dryRun
        facts = request.facts
        self.emit = emit
    }

    /// A line for the run's log, with fields for machines.
    public func log(_ level: LogLevel, _ message: String, fields: [String: String] = [:]) {
        emit(.log(WireEvent.Log(level: level, message: message, fields: fields)))
    }

    /// How far the work is; `total` nil when it is not known.
    public func progress(done: Double, total: Double?, unit: String) {
        emit(.progress(WireEvent.Progress(done: done, total: total, unit: unit)))
    }

    /// A number for history and plots, for example (`size`, 1024, `bytes`).
    public func metric(_ name: String, _ value: Double, unit: String) {
        emit(.metric(WireEvent.Metric(name: name, value: value, unit: unit)))
    }

    /// A file that the run made. `sha256` in lower-case hexadecimal.
    public func artifact(path: String, size: Int64, sha256: String?) {
        emit(.artifact(WireEvent.Artifact(path: path, size: size, sha256: sha256)))
    }

    /// The state of something that was checked.
    public func check(_ check: WireEvent.Check) {
        emit(.check(check))
    }

    /// A maintenance mark: alerts about `unit` are inhibited until then, at the longest until the run's end.
    public func markMaintenance(unit: String, until: Date) {
        emit(.mark(WireEvent.Mark(mark: "maintenance", unit: unit, until: until)))
    }
}
