import FoundationEssentials
import JobKit

/// One thing that is looked at, with its thresholds: a line of the registry.
///
/// A check blocks while it looks. It runs on a thread of its own, and one that hangs beyond its deadline is left behind: its targets are reported as unknown.
protocol HealthCheck: Sendable {
    /// What the check keeps in the job's state folder from one run to the next, for example the last sample of a counter.
    associatedtype Memory: Codable & Sendable

    /// The word in job files and results, for example `disk_space`.
    static var name: String { get }
    /// How long a look may take.
    var deadline: Duration { get }
    /// What is looked at; each becomes unknown when the deadline passes. Empty when the check has one target without a name.
    var targets: [String] { get }

    /// Looks once.
    /// - Parameter memory: of the run before, nil for the first one; what is left in it is kept for the next run.
    /// - Returns: one result for each target.
    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check]
}

/// A check without a memory.
struct NoMemory: Codable, Sendable {}

/// What checks see of the machine.
struct CheckScene: Sendable {
    /// The calendar's time, for what is reported and for end dates.
    var now: Date
    /// CLOCK_BOOTTIME at the look, for rates: never set, and goes on while the machine sleeps.
    var bootTime: Duration
    /// The boot's id: counters of another boot are no earlier sample.
    var bootID: String
    /// In front of `/proc`, `/sys` and `/run`; empty but in tests.
    var root: String
    /// Of the job: for files of a check's own.
    var stateDirectory: String
    /// For files that are gone after the run.
    var temporaryDirectory: String
    /// Where the job's secrets lie as files; nil when it has none.
    var secretsDirectory: String?
    /// What is known of other runs; nil when nobody could read it.
    var facts: WireFacts?
}

/// When a value is a warning, and when it is critical; a value that equals a threshold has reached it.
struct Thresholds: Sendable, Hashable {
    var warning: Double?
    var critical: Double?

    /// The state of a value that is the worse the higher it is.
    func state(of value: Double) -> WireEvent.Check.State {
        if let critical, value >= critical { return .critical }
        if let warning, value >= warning { return .warning }
        return .ok
    }
}
