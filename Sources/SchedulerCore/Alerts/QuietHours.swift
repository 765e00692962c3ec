/// A part of each day, from one time of it to another, over midnight where the second one is earlier.
package struct QuietHours: Sendable, Hashable {
    /// Minutes after midnight, 0 to 1439.
    package var from: Int
    package var to: Int
    /// A name of the zone database; nil for the machine's zone.
    package var timezone: String?

    package init(from: Int, to: Int, timezone: String? = nil) {
        self.from = from
        self.to = to
        self.timezone = timezone
    }

    /// Reads `22:00`.
    /// - Returns: minutes after midnight; nil for what is no time of a day.
    package static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            let hours = number(parts[0]), let minutes = number(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return hours * 60 + minutes
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
    }

    /// Whether a minute of the day lies in it; its end does not.
    package func contains(minute: Int) -> Bool {
        from <= to ? (from..<to).contains(minute) : minute >= from || minute < to
    }
}
