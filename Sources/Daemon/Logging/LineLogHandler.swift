package import CronSchedule
import FoundationEssentials
import Glibc
import JobKit
package import Logging

/// Writes each log line to standard error, in one of three forms.
package struct LineLogHandler: LogHandler {
    /// How a line looks.
    package enum Form: Sendable, Hashable {
        /// Time, level, message, fields: for people.
        case text
        /// With the priority prefix of sd-daemon(3); the journal stamps lines itself.
        case journal
        /// One JSON object.
        case json
    }

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let form: Form
    private let now: @Sendable () -> Instant

    package init(level: Logger.Level, form: Form, now: @escaping @Sendable () -> Instant) {
        logLevel = level
        self.form = form
        self.now = now
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = Array((text(of: event) + "\n").utf8)
        // A log that cannot be written has nobody to tell.
        _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    /// The line for an event, without its line feed.
    func text(of event: LogEvent) -> String {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let tail = fields.map { " \($0.key)=\($0.value)" }.joined()
        return switch form {
        case .text: "\(now()) \(Self.word(for: event.level)) " + "\(event.message)\(tail)".replacing("\n", with: "\n    ")
        case .journal: "<\(Self.priority(of: event.level))>" + "\(event.message)\(tail)".replacing("\n", with: " ")
        case .json: json(event, fields: fields)
        }
    }

    private func json(_ event: LogEvent, fields: [(key: String, value: Logger.Metadata.Value)]) -> String {
        var entries = fields.map { ConfigNode.Entry(key: $0.key, value: ConfigNode(.text("\($0.value)"))) }
        entries += [
            ConfigNode.Entry(key: "at", value: ConfigNode(.text(now().description))),
            ConfigNode.Entry(key: "level", value: ConfigNode(.text(event.level.rawValue))),
            ConfigNode.Entry(key: "message", value: ConfigNode(.text("\(event.message)"))),
        ]
        do {
            return String(decoding: try WireCoding.encoder().encode(ConfigNode(.mapping(entries))), as: UTF8.self)
        } catch {
            return "{\"level\":\"error\",\"message\":\"a log line cannot be written as JSON\"}"
        }
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
