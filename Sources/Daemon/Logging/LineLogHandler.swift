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
        /// The same, the level in colour: for a terminal.
        case colouredText
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
    package func text(of event: LogEvent) -> String {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        switch form {
        case .text, .colouredText:
            let word = form == .text ? Self.word(for: event.level) : Self.colouredWord(for: event.level)
            return "\(now()) \(word) " + HarmlessText.lines(LogFields.sentence(event.message, fields), joinedBy: "\n    ")
        case .journal:
            return "<\(event.level.journalPriority)>" + HarmlessText.lines(LogFields.sentence(event.message, fields), joinedBy: " ")
        case .json: return json(event, fields: fields)
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

    private static func word(for level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "debug  "
        case .info: "info   "
        case .notice: "notice "
        case .warning: "warning"
        case .error, .critical: "error  "
        }
    }

    /// ECMA-48 (SGR): yellow for what may need attention, red for what does.
    private static func colouredWord(for level: Logger.Level) -> String {
        switch level {
        case .trace, .debug, .info, .notice: word(for: level)
        case .warning: "\u{1b}[33m\(word(for: level))\u{1b}[0m"
        case .error, .critical: "\u{1b}[31m\(word(for: level))\u{1b}[0m"
        }
    }
}
