package import Logging
package import SchedulerCore

/// The fields that say which run a line is about; JSON and the journal keep them apart, so that they can be searched.
package enum LogFields {
    /// Messages name these themselves: lines for people do not repeat them.
    static let told: Set<String> = ["job", "run", "attempt"]

    /// A message for people with the fields that it does not name.
    static func sentence(_ message: Logger.Message, _ fields: [(key: String, value: Logger.Metadata.Value)]) -> String {
        "\(message)" + fields.filter { !told.contains($0.key) }.map { " \($0.key)=\($0.value)" }.joined()
    }
}

extension Logger.Metadata {
    /// A line about a run.
    package static func about(_ run: Run) -> Logger.Metadata {
        ["job": "\(run.job)", "run": "\(run.id)", "attempt": "\(run.attempt)"]
    }

    /// A line about a run of which only the name is known.
    package static func about(_ run: RunID) -> Logger.Metadata { ["run": "\(run)"] }

    /// A line about a job.
    package static func about(job: String) -> Logger.Metadata { ["job": "\(job)"] }
}

extension Logger.Level {
    /// The number of syslog(3) that the journal keeps.
    var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
