public import FoundationEssentials

/// One line that a worker writes to its standard output; the wire's version 1.
public enum WireEvent: Sendable, Hashable {
    case log(Log)
    case progress(Progress)
    case metric(Metric)
    case artifact(Artifact)
    case check(Check)
    case mark(Mark)
    case result(Result)

    /// A line for the log.
    public struct Log: Sendable, Hashable, Codable {
        public var level: LogLevel
        public var message: String
        public var fields: [String: String]

        public init(level: LogLevel, message: String, fields: [String: String] = [:]) {
            self.level = level
            self.message = message
            self.fields = fields
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            level = try container.decodeIfPresent(LogLevel.self, forKey: .level) ?? .info
            message = try container.decode(String.self, forKey: .message)
            fields = try container.decodeIfPresent([String: String].self, forKey: .fields) ?? [:]
        }
    }

    /// How far the work is.
    public struct Progress: Sendable, Hashable, Codable {
        public var done: Double
        public var total: Double?
        public var unit: String

        public init(done: Double, total: Double?, unit: String) {
            self.done = done
            self.total = total
            self.unit = unit
        }
    }

    /// A number with its unit.
    public struct Metric: Sendable, Hashable, Codable {
        public var name: String
        public var value: Double
        public var unit: String

        public init(name: String, value: Double, unit: String) {
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    /// A file that the run made.
    public struct Artifact: Sendable, Hashable, Codable {
        public var path: String
        public var size: Int64
        public var sha256: String?

        public init(path: String, size: Int64, sha256: String?) {
            self.path = path
            self.size = size
            self.sha256 = sha256
        }
    }

    /// The state of something that was checked.
    public struct Check: Sendable, Hashable, Codable {
        /// The state, worst last.
        public enum State: String, Sendable, Hashable, Codable {
            case ok, unknown, warning, critical
        }

        public var name: String
        public var target: String?
        public var state: State
        public var value: Double?
        public var unit: String?
        public var warning: Double?
        public var critical: Double?
        /// Seconds over which the value was taken.
        public var windowSeconds: Double?
        public var reason: String?
        public var inputs: [String: String]?

        public init(name: String, state: State) {
            self.name = name
            self.state = state
        }

        private enum CodingKeys: String, CodingKey {
            case name, target, state, value, unit, warning, critical, reason, inputs
            case windowSeconds = "window_s"
        }
    }

    /// A mark on a unit; `maintenance` inhibits alerts about it.
    public struct Mark: Sendable, Hashable, Codable {
        public var mark: String
        public var unit: String
        public var until: Date

        public init(mark: String, unit: String, until: Date) {
            self.mark = mark
            self.unit = unit
            self.until = until
        }
    }

    /// The end of a run, the last line of its worker.
    public struct Result: Sendable, Hashable, Codable {
        /// How the run ended.
        public enum Outcome: String, Sendable, Hashable, Codable {
            case succeeded, warning, failed
        }

        public var outcome: Outcome
        public var summary: String
        public var numbers: [String: Double]
        /// Only with `failed`.
        public var retry: JobFailure.Retry?

        public init(outcome: Outcome, summary: String, numbers: [String: Double] = [:], retry: JobFailure.Retry? = nil) {
            self.outcome = outcome
            self.summary = summary
            self.numbers = numbers
            self.retry = retry
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            outcome = try container.decode(Outcome.self, forKey: .outcome)
            summary = try container.decodeIfPresent(String.self, forKey: .summary) ?? ""
            numbers = try container.decodeIfPresent([String: Double].self, forKey: .numbers) ?? [:]
            retry = try container.decodeIfPresent(JobFailure.Retry.self, forKey: .retry)
        }
    }
}
