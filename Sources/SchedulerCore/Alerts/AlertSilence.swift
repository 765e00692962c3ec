package import CronSchedule

/// Nobody is told of alerts whose key fits, until an end; they go on without notices, and what is over by then was never told.
package struct AlertSilence: Sendable, Hashable, Codable {
    /// Silences at once.
    package static let bound = 1000

    package var id: RunID
    /// A key, with `*` for any text.
    package var pattern: String
    package var until: Instant
    package var author: String
    package var reason: String
    package var createdAt: Instant
    /// When somebody ended it before its time.
    package var endedAt: Instant?

    package init(id: RunID, pattern: String, until: Instant, author: String, reason: String, createdAt: Instant) {
        self.id = id
        self.pattern = pattern.cut(to: AlertKey.textBound)
        self.until = until
        self.author = author.cut(to: AlertKey.textBound)
        self.reason = reason.cut(to: AlertFinding.summaryBound)
        self.createdAt = createdAt
    }

    package func isActive(at instant: Instant) -> Bool { endedAt == nil && instant < until }
}

/// Keys with `*` for any text, also none.
package enum AlertPattern {
    package static func matches(_ pattern: String, _ text: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, parts.count > 1 else { return pattern == text }
        var rest = text[...]
        guard rest.hasPrefix(first) else { return false }
        rest = rest.dropFirst(first.count)
        guard rest.count >= last.count, rest.hasSuffix(last) else { return false }
        rest = rest.dropLast(last.count)
        // Each part at its first place: what is left over is the most that can be.
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return true
    }
}
