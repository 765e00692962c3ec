/// What a run's folder says about its latest attempt.
package enum RunCondition: Sendable, Equatable {
    /// The lock is held, and the launcher has not written who it is yet.
    case starting
    /// The lock is held by this launcher.
    case running(LaunchRecord)
    /// The launcher has written how it ended.
    case finished(ExitRecord)
    /// The launcher is gone without a word about the end; processes of the run may be left.
    case vanished(LaunchRecord)
    /// The folder is there, nothing was ever started.
    case neverStarted
    /// There is no such folder.
    case missing
}

/// How waiting for a run came to an end.
package enum RunEnd: Sendable, Equatable {
    /// The launcher has written how it ended.
    case finished(ExitRecord)
    /// The launcher was killed; processes of the run may be left.
    case vanished(LaunchRecord)
    /// The launcher could not start anything.
    case neverStarted(reason: String)
}
