/// The body of `POST /v1/alerts/ack`.
package struct AcknowledgeRequest: Sendable, Hashable, Codable {
    /// The id of an alert that fires, or its key.
    package var alert: String

    package init(alert: String) { self.alert = alert }
}

/// The body of `POST /v1/alerts/silence`.
package struct SilenceRequest: Sendable, Hashable, Codable {
    /// A key, with `*` for any text.
    package var pattern: String
    /// ISO 8601 with offset.
    package var until: String
    package var reason: String

    package init(pattern: String, until: String, reason: String) {
        self.pattern = pattern
        self.until = until
        self.reason = reason
    }
}

/// The body of `POST /v1/alerts/unsilence`.
package struct UnsilenceRequest: Sendable, Hashable, Codable {
    /// The id of a silence, or its pattern.
    package var silence: String

    package init(silence: String) { self.silence = silence }
}
