import Logging

/// What a command has to say beside its output: one line a message on standard error.
struct ConsoleLogHandler: LogHandler {
    var logLevel = Logger.Level.notice
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { Console.complain("\(event.level): \(event.message)") }
}
