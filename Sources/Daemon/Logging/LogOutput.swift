import CLinux
package import CronSchedule
import Glibc
package import JobFiles
package import Logging

/// Where log lines go, and how they look.
package enum LogOutput: Sendable, Hashable {
    /// Lines on standard error.
    case lines(LineLogHandler.Form)
    /// Entries with fields, to the journal's socket.
    case journal

    /// What stands around the process.
    package struct Surroundings: Sendable {
        /// `JOURNAL_STREAM`, `NO_COLOR` and `TERM` count.
        package var environment: [String: String]
        /// `device:inode` of standard error.
        package var standardError: String
        package var isTerminal: Bool

        package init(environment: [String: String], standardError: String, isTerminal: Bool) {
            self.environment = environment
            self.standardError = standardError
            self.isTerminal = isTerminal
        }

        /// Those of this process.
        package static func current(environment: [String: String]) -> Surroundings {
            var status = stat()
            let identity = fstat(STDERR_FILENO, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : ""
            return Surroundings(environment: environment, standardError: identity, isTerminal: isatty(STDERR_FILENO) == 1)
        }

        /// Whether standard error is the journal, as systemd.exec(5) says it is to be found out.
        var isJournal: Bool { !standardError.isEmpty && environment["JOURNAL_STREAM"] == standardError }

        /// https://no-color.org, and terminals that know no colour.
        var hasColour: Bool { isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM", default: "dumb"] != "dumb" }
    }

    /// - Parameter format: what the command line or the daemon's file asks for.
    package init(_ format: DaemonSettings.LogFormat, in surroundings: Surroundings) {
        switch format {
        case .json: self = .lines(.json)
        case .journal: self = .journal
        case .auto where surroundings.isJournal: self = .journal
        case .auto, .text: self = .lines(surroundings.hasColour ? .colouredText : .text)
        }
    }

    /// A logger that writes there.
    package func logger(level: Logger.Level, now: @escaping @Sendable () -> Instant) -> Logger {
        let name = "acore-sched"
        switch self {
        case .lines(let form): return Logger(label: name) { _ in LineLogHandler(level: level, form: form, now: now) }
        case .journal:
            let lines = LineLogHandler(level: level, form: .journal, now: now)
            return Logger(label: name) { _ -> any LogHandler in
                JournalLogHandler(level: level, identifier: name) { event, metadata in
                    var lines = lines
                    lines.metadata = metadata
                    lines.log(event: event)
                } ?? lines
            }
        }
    }
}
