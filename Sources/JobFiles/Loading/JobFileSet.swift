import JobKit
package import SchedulerCore

/// What a load found.
package struct JobFileSet: Sendable {
    /// The definitions of all files without an error, by the job's name.
    package var definitions: [String: JobDefinition] = [:]
    /// All findings of all files, in order of file, line and column.
    package var findings: [FileFinding] = []
    /// One record for each file that is, or nearly is, a job file, in order of the names.
    package var files: [JobFileRecord] = []
    /// Whether every folder could be listed. If not, a name that is missing here does not mean that its file has gone.
    package var isComplete = true
    /// What is to be kept of it for the next start; nil when nothing of that is new, or nothing is kept at all.
    package var unkept: UnkeptDefinitions?

    init() {}

    /// Whether any finding is an error.
    package var hasErrors: Bool { findings.contains { $0.severity == .error } }
}

/// One file of a load.
package struct JobFileRecord: Sendable, Hashable {
    /// The path, as the reader was given the folder.
    package var path: String
    /// The job's name; nil when the file's name is none.
    package var job: String?
    /// Nil when the file could not be opened.
    package var identity: FileIdentity?
    /// Whether it has an error; then whoever knows an earlier definition of the job goes on with that.
    package var hasError: Bool
    /// Whether the definition was kept from an earlier load, without reading the file.
    package var wasKept: Bool
    /// Whether its definition holds the value of what looks like a secret: then nobody writes it to a file.
    package var holdsSecret = false
    /// The path of the file of variables that it names.
    package var environmentFile: String?

    /// The job's name; the file's own where that is none for a job.
    package var name: String { job ?? String(path.split(separator: "/").last ?? "") }
}
