import ArgumentParser
import CronSchedule
import Daemon
import JobKit
import SchedulerCore

/// A moment on the command line: ISO 8601 with an offset, or a span before now such as `2d`.
struct GivenMoment: ExpressibleByArgument {
    private let text: String

    init(argument: String) { text = argument }

    /// The offset that it was written with, in seconds east of UTC; nil for `Z` and for a span.
    var offset: Int? {
        guard let match = text.wholeMatch(of: #/.*([+-])(\d\d):?(\d\d)/#), Instant(iso8601: text) != nil else { return nil }
        guard let hours = Int(match.2), let minutes = Int(match.3) else { return nil }
        return (match.1 == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// - Throws: category usage for a text that names no moment.
    func instant(at now: Instant) throws(DaemonError) -> Instant {
        if let instant = Instant(iso8601: text) { return instant }
        if let span = Duration(settingText: text) { return now.moved(by: .zero - span) }
        throw DaemonError(
            "not a moment: \(EventText.harmless(text))",
            fix: "write for example 2027-03-28T00:00:00+01:00, 2027-03-28T00:00:00Z, or 2d for two days ago", category: .usage)
    }
}
