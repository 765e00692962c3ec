import Glibc

/// Why the daemon, or a command in its place, cannot go on.
package struct DaemonError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What the command line's exit status says of the error.
    package enum Category: Sendable, Equatable {
        case failed, usage, notFound, refused, busy
    }

    /// What happened and where.
    package let problem: String
    /// What to do about it.
    package let fix: String
    package let category: Category

    package init(_ problem: String, fix: String, category: Category = .failed) {
        self.problem = problem
        self.fix = fix
        self.category = category
    }

    package var description: String { "\(problem)\n  fix: \(fix)" }
}

/// The text of `errno`, to be asked for right after the call that failed.
func errnoText() -> String { String(cString: strerror(errno)) }
