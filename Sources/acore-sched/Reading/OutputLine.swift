import CronSchedule
import Runner

/// A line of a run's output, of either stream.
enum OutputLine {
    case event(EventLine)
    case error(ErrorLog.Line)

    /// Both streams in the order of time.
    ///
    /// Events of a wire worker carry no time and stay behind the event before them, so that what was written to standard error
    /// meanwhile stands before the next line that has one.
    static func merged(_ lines: RunLines) -> [OutputLine] {
        var errors = lines.errors[...]
        return merged(lines.events, with: &errors) + errors.map(OutputLine.error)
    }

    /// The events, and before each what was written to standard error earlier.
    /// - Parameter errors: lines in order; those that were used are taken off.
    static func merged(_ events: [EventLine], with errors: inout ArraySlice<ErrorLog.Line>) -> [OutputLine] {
        var merged: [OutputLine] = []
        merged.reserveCapacity(events.count)
        for event in events {
            if let moment = event.moment {
                while let error = errors.first, error.moment.map({ $0 < moment }) ?? true {
                    merged.append(.error(error))
                    errors.removeFirst()
                }
            }
            merged.append(.event(event))
        }
        return merged
    }
}

extension EventLine {
    /// When the launcher read or wrote it; nil for a line of a wire worker.
    fileprivate var moment: Instant? {
        switch content {
        case .raw(let at, _, _), .note(let at, _): Instant(milliseconds: at)
        case .wire, .broken: nil
        }
    }
}

extension ErrorLog.Line {
    /// When the launcher read it; nil for a line without a stamp.
    var moment: Instant? { Instant(iso8601: stamp) }
}
