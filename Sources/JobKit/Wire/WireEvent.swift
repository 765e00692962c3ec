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
        /// How much it matters.
        public var level: LogLevel
        /// The text.
        public var message: String
        /// For machines.
        public var fields: [String: String]

        /// Level, text and fields.
        public init(level: LogLevel, message: String, fields: [String: String] = [:]) {
            self.level = level
            self.message = message
            self.fields = fields
        }

        /// Reads the body of a line; what may be left out has its default.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            level = try container.decodeIfPresent(LogLevel.self, forKey: .level) ?? .info
            message = try container.decode(String.self, forKey: .message)
            fields = try container.decodeIfPresent([String: String].self, forKey: .fields) ?? [:]
        }
    }

    /// How far the work is.
    public struct Progress: Sendable, Hashable, Codable {
        /// How much is done.
        public var done: Double
        /// Of how much; nil when that is not known.
        public var total: Double?
        /// `bytes`, `files` …
        public var unit: String

        /// How much is done, of how much, in which unit.
        public init(done: Double, total: Double?, unit: String) {
            self.done = done
            self.total = total
            self.unit = unit
        }
    }

    /// A number with its unit.
    public struct Metric: Sendable, Hashable, Codable {
        /// In snake_case.
        public var name: String
        /// In `unit`.
        public var value: Double
        /// `bytes`, `seconds` …
        public var unit: String

        /// A name, a value and its unit.
        public init(name: String, value: Double, unit: String) {
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    /// A file that the run made.
    public struct Artifact: Sendable, Hashable, Codable {
        /// Absolute.
        public var path: String
        /// Bytes.
        public var size: Int64
        /// Of the content, in lower-case hexadecimal.
        public var sha256: String?

        /// Path, size in bytes and digest.
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

        /// Which check.
        public var name: String
        /// What was checked, for example a mount point.
        public var target: String?
        /// What was found.
        public var state: State
        /// The number behind the state.
        public var value: Double?
        /// Of `value`.
        public var unit: String?
        /// The threshold for ``State/warning``.
        public var warning: Double?
        /// The threshold for ``State/critical``.
        public var critical: Double?
        /// Seconds over which the value was taken.
        public var windowSeconds: Double?
        /// Why it is in this state, in a sentence.
        public var reason: String?
        /// The raw numbers that the value came from.
        public var inputs: [String: String]?

        /// A check with nothing but its state.
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
        /// `maintenance`.
        public var mark: String
        /// The systemd unit that it is about.
        public var unit: String
        /// When it ends at the latest.
        public var until: Date

        /// The word, the unit and the end.
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

        /// How the run ended.
        public var outcome: Outcome
        /// One line for the operator.
        public var summary: String
        /// Numbers behind the line.
        public var numbers: [String: Double]
        /// Only with `failed`.
        public var retry: JobFailure.Retry?

        /// An outcome with its line and numbers.
        public init(outcome: Outcome, summary: String, numbers: [String: Double] = [:], retry: JobFailure.Retry? = nil) {
            self.outcome = outcome
            self.summary = summary
            self.numbers = numbers
            self.retry = retry
        }

        /// Reads the body of a line; what may be left out has its default.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            outcome = try container.decode(Outcome.self, forKey: .outcome)
            summary = try container.decodeIfPresent(String.self, forKey: .summary) ?? ""
            numbers = try container.decodeIfPresent([String: Double].self, forKey: .numbers) ?? [:]
            retry = try container.decodeIfPresent(JobFailure.Retry.self, forKey: .retry)
        }
    }
}
