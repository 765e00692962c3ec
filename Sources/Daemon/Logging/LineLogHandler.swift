package import CronSchedule
import Glibc
package import Logging

/// Writes each log line to standard error: for people with time and level, for the journal with its priority prefix.
package struct LineLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let isForJournal: Bool
    private let now: @Sendable () -> Instant

    /// - Parameter isForJournal: whether standard error leads to the journal, which stamps lines itself (sd-daemon(3)).
    package init(level: Logger.Level, isForJournal: Bool, now: @escaping @Sendable () -> Instant) {
        logLevel = level
        self.isForJournal = isForJournal
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = (metadata.merging(event.metadata ?? [:]) { $1 }).sorted { $0.key < $1.key }
        let tail = fields.map { " \($0.key)=\($0.value)" }.joined()
        let text = "\(event.message)\(tail)".replacing("\n", with: isForJournal ? " " : "\n    ")
        let head =
            isForJournal
            ? "<\(Self.priority(of: event.level))>" : "\(now().iso8601(offset: nil)) \(Self.word(for: event.level)) "
        let line = Array("\(head)\(text)\n".utf8)
        // A log that cannot be written has nobody to tell.
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    private static func word(for level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "debug  "
        case .info: "info   "
        case .notice: "notice "
        case .warning: "warning"
        case .error, .critical: "error  "
        }
    }
}
