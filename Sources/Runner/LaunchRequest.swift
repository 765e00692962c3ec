/// One attempt of a run: what to start, as whom, with what, for how long.
package struct LaunchRequest: Sendable {
    /// The run's id, a ULID; also the name of its folder.
    package var run: String
    /// The job's name, told to the worker as ACORE_JOB.
    package var job: String
    /// From 1; from 2 on the folder of the attempt before is used again.
    package var attempt: Int
    /// How the worker's stdout is read.
    package var mode: WorkerMode
    /// The program and its arguments; without a slash the program is looked up in the environment's PATH.
    package var arguments: [String]
    /// Added to, and before, what every run gets; ACORE_… names are the runner's.
    package var environment: [(name: String, value: String)] = []
    /// Absolute; nil = /.
    package var directory: String?
    /// What the worker reads on stdin, from memory; empty = /dev/null.
    package var standardInput: [UInt8] = []
    /// From the start to TERM; nil = no deadline.
    package var timeout: Duration?
    /// From TERM to KILL.
    package var grace: Duration = .seconds(30)
    /// nil = the caller's own user.
    package var user: UserRecord?
    /// Bounds that the kernel keeps.
    package var limits = ResourceLimits()
    /// Files in the run's private, memory-backed folder.
    package var secrets: [SecretFile] = []
    /// The file mode bits that the worker's new files lack.
    package var umask: UInt32 = 0o022

    /// An attempt with no limits, no deadline and an environment of defaults.
    package init(run: String, job: String, attempt: Int = 1, mode: WorkerMode, arguments: [String]) {
        self.run = run
        self.job = job
        self.attempt = attempt
        self.mode = mode
        self.arguments = arguments
    }
}

/// How the launcher reads a worker's stdout.
package enum WorkerMode: String, Sendable {
    /// Lines of the wire are kept as they are, others as raw text.
    case wire
    /// Every line is raw text.
    case program
}

/// One secret as a file that only the run's user reads.
package struct SecretFile: Sendable {
    /// The file's name in `$ACORE_SECRETS_DIR`.
    package var name: String
    /// What the file holds.
    package var bytes: [UInt8]

    /// A file of the secrets folder.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}
