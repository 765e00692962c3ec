package import JobFiles
package import SchedulerCore

/// The jobs that the scheduler goes by, and what is to be said of their files.
package struct JobsInForce: Sendable {
    /// By their names.
    package internal(set) var jobs: [String: ScheduledJob] = [:]
    /// Jobs that go on as they were, since their files have errors.
    package internal(set) var broken: Set<String> = []
    /// Files with errors of which no good definition is known: they are no jobs. By the name of the job, or of the file where that is none.
    package internal(set) var refused: Set<String> = []
    /// Jobs whose definitions hold what looks like a secret: they are not kept for the next start.
    package internal(set) var secretive: Set<String> = []
    /// All findings of the last look.
    package internal(set) var findings: [FileFinding] = []
    /// Whether the folder could be read at the last look; if not, everything stays as it was.
    package internal(set) var isFolderReadable = true

    package init() {}

    /// In the order of their names.
    package var inOrder: [ScheduledJob] { jobs.values.sorted { $0.definition.name < $1.definition.name } }

    /// How much history each of them keeps.
    package var historyRules: [String: HistoryRule] { jobs.mapValues(\.definition.history) }
}
