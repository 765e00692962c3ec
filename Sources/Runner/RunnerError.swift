internal import Glibc

/// Why a run could not be prepared, started, found or cleared away.
package enum RunnerError: Error, Sendable, Equatable {
    /// The request itself cannot be carried out.
    case request(run: String, problem: String, fix: String)
    /// A system call failed on something of ours.
    case system(action: String, subject: String, code: Int32, fix: String)
    /// The user that a job names does not exist here.
    case unknownUser(name: String)
    /// Who makes launchers ended over each request.
    case noServer(path: String)
    /// Another launcher works in the run's folder.
    case busy(run: String)
    /// There is no live run to adopt.
    case notRunning(run: String)
    /// A job wants secrets, and there is no memory-backed folder for them.
    case noRuntimeDirectory(run: String)
    /// A record in the run's folder cannot be read.
    case damagedRecord(path: String, problem: String)
    /// The task that waited was cancelled; the run goes on.
    case cancelled
}

extension RunnerError: CustomStringConvertible {
    /// What happened, where, and how to mend it.
    package var description: String {
        switch self {
        case .request(let run, let problem, let fix):
            "run \(run) cannot be started: \(problem)\n  fix: \(fix)"
        case .system(let action, let subject, let code, let fix):
            "cannot \(action) \(subject): \(Self.text(of: code))\n  fix: \(fix)"
        case .noServer(let path):
            "cannot start the launcher \(path): it ended when it was asked, twice\n"
                + "  fix: look for who kills it (journalctl -k | grep -i oom), or reinstall acore-sched"
        case .unknownUser(let name):
            "there is no user named \(name) on this machine\n  fix: create it (adduser --system \(name)), or name another in run_as"
        case .busy(let run):
            "run \(run) is at work already: another launcher holds the lock of its folder\n  fix: wait for its end, or cancel it"
        case .notRunning(let run):
            "run \(run) is not running\n  fix: read how it ended with: acore-sched history"
        case .noRuntimeDirectory(let run):
            "run \(run) needs secrets, and there is no runtime directory to put them in memory\n"
                + "  fix: set XDG_RUNTIME_DIR, or RuntimeDirectory= in the service's unit"
        case .damagedRecord(let path, let problem):
            "\(path) cannot be read: \(problem)\n  fix: keep the file for a report; the run counts as interrupted"
        case .cancelled:
            "the wait was cancelled; the run goes on"
        }
    }

    private static func text(of code: Int32) -> String {
        code == 0 ? "no reason given" : String(cString: strerror(code))
    }
}

extension RunnerError {
    /// An error from `errno`, to be made right after the call that failed.
    static func last(_ action: String, _ subject: String, fix: String) -> RunnerError {
        .system(action: action, subject: subject, code: errno, fix: fix)
    }
}
