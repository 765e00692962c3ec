import ControlClient
import Daemon
import SchedulerCore

/// The exit status of the command line; scripts rely on the numbers.
enum ExitStatus: Int32, Error {
    case succeeded = 0
    case failed = 1
    /// The command line, or a file, cannot be understood.
    case usage = 2
    /// Done, with exceptions that are named.
    case warning = 3
    case notFound = 4
    /// Not allowed.
    case refused = 5
    case unreachable = 6
    /// Somebody else is at it.
    case busy = 7
    case cancelled = 8

    var code: Int32 { rawValue }

    /// What an error of the daemon's parts means to a script.
    init(_ category: DaemonError.Category) {
        switch category {
        case .failed: self = .failed
        case .usage: self = .usage
        case .notFound: self = .notFound
        case .refused: self = .refused
        case .busy: self = .busy
        }
    }

    /// What an answer of the daemon means to a script.
    init(_ category: ControlFailure.Category) {
        switch category {
        case .failed: self = .failed
        case .usage: self = .usage
        case .notFound: self = .notFound
        case .refused: self = .refused
        case .unreachable: self = .unreachable
        case .busy: self = .busy
        }
    }

    /// The outcome of a run.
    init(_ state: RunState) {
        switch state {
        case .succeeded: self = .succeeded
        case .warning: self = .warning
        case .cancelled, .timedOut: self = .cancelled
        case .due, .starting, .running, .failed, .interrupted, .retrying: self = .failed
        }
    }
}
