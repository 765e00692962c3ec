package import Logging

/// Hands each line to the journal with its fields: `journalctl ACORE_SCHED_JOB=nightly`.
package struct JournalLogHandler: LogHandler {
    /// Where the journal listens.
    package static let standardSocket = "/run/systemd/journal/socket"

    /// How long a line may wait for room at the journal.
    private static let patience = Duration.seconds(1)

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    private let socket: UnixDatagram
    private let identifier: String
    /// Takes a line that the journal did not.
    private let other: @Sendable (LogEvent, Logger.Metadata) -> Void

    /// - Parameter other: takes an event, and the metadata of this logger, that the journal did not take.
    /// - Returns: nil when no socket can be made.
    package init?(
        level: Logger.Level, identifier: String, path: String = Self.standardSocket,
        other: @escaping @Sendable (LogEvent, Logger.Metadata) -> Void
    ) {
        guard let socket = UnixDatagram(address: path, patience: Self.patience) else { return nil }
        logLevel = level
        self.socket = socket
        self.identifier = identifier
        self.other = other
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let entry = JournalEntry(event.message, level: event.level, fields: fields, identifier: identifier)
        // The journal may be starting anew; standard error reaches it by another way.
        if socket.send(entry.bytes) != 0 { other(event, metadata) }
    }
}
