import CronSchedule

/// Moments as mail and HTTP write them.
enum MailDate {
    private static let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// RFC 5322 section 3.3, in UTC: `Thu, 01 Jan 1970 00:00:00 +0000`.
    static func text(_ moment: Instant) -> String {
        // `2026-11-30T17:50:50Z`: years of four digits, as a clock that works gives them.
        let parts = Instant(seconds: moment.seconds).description.split { "-T:Z".contains($0) }
        guard parts.count == 6, let month = Int(parts[1]), months.indices.contains(month - 1) else { return text(Instant(seconds: 0)) }
        let day = Int(moment.seconds / 86_400) + 3
        return "\(days[((day % 7) + 7) % 7]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
    }

    /// Reads the preferred form of RFC 9110 section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func instant(http text: String) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[1].count == 2, let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Instant(iso8601: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
