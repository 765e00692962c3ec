package import FoundationEssentials

/// `exit.json`: how an attempt ended and what it used.
package struct ExitRecord: Sendable, Equatable, Codable {
    /// The version of the record.
    package var v: Int
    /// The run's id.
    package var run: String
    /// From 1.
    package var attempt: Int
    /// Why the worker ended.
    package var cause: ExitCause
    /// The worker's exit code, if it exited.
    package var code: Int32?
    /// The signal that ended the worker, if one did.
    package var signal: Int32?
    /// Whether the kernel wrote a core file.
    package var core: Bool?
    /// When, in ms since 1970.
    package var startedAtMs: Int64
    /// When, in ms since 1970.
    package var endedAtMs: Int64
    /// By a clock that nobody sets.
    package var durationMs: Int64
    /// What all processes of the attempt used.
    package var rusage: ResourceUsage
    /// The worker's cgroup, if it had one of its own.
    package var cgroup: String?
    /// The highest memory use in bytes, page cache included; from the cgroup.
    package var memoryPeak: Int64?
    /// CPU time in microseconds; from the cgroup.
    package var cpuUsec: Int64?
    /// Bytes read from disks; from the cgroup.
    package var ioRead: Int64?
    /// Bytes written to disks; from the cgroup.
    package var ioWrite: Int64?
    /// How often the kernel killed a process for memory; from the cgroup.
    package var oomKills: Int64?
    /// The most processes and threads at once; from the cgroup.
    package var pidsPeak: Int64?
    /// What became of the output.
    package var output: OutputFigures
    /// Processes other than the worker that had to be killed.
    package var orphansKilled: Int
    /// Processes that even KILL did not end in 10 s.
    package var leftBehind: Int
    /// Why the worker could not be started.
    package var error: StartFailure?

    private enum CodingKeys: String, CodingKey {
        case v, run, attempt, cause, code, signal, core, rusage, cgroup, output, error
        case startedAtMs = "started_at_ms"
        case endedAtMs = "ended_at_ms"
        case durationMs = "duration_ms"
        case memoryPeak = "memory_peak"
        case cpuUsec = "cpu_usec"
        case ioRead = "io_read"
        case ioWrite = "io_write"
        case oomKills = "oom_kills"
        case pidsPeak = "pids_peak"
        case orphansKilled = "orphans_killed"
        case leftBehind = "left_behind"
    }

    /// When the attempt started.
    package var startedAt: Date { Date(timeIntervalSince1970: Double(startedAtMs) / 1000) }
    /// When the attempt ended.
    package var endedAt: Date { Date(timeIntervalSince1970: Double(endedAtMs) / 1000) }
    /// How long the attempt took.
    package var duration: Duration { .milliseconds(durationMs) }
}

/// Why a worker ended.
package enum ExitCause: String, Sendable, Codable {
    /// By itself, or by a signal that was not the launcher's.
    case exited
    /// At its deadline.
    case timedOut = "timed_out"
    /// On request.
    case stopped
    /// It never ran.
    case startFailed = "start_failed"
}

/// What all processes of an attempt used, getrusage(2).
package struct ResourceUsage: Sendable, Equatable, Codable {
    /// CPU time in user mode, microseconds.
    package var userUs: Int64
    /// CPU time in the kernel, microseconds.
    package var sysUs: Int64
    /// The largest resident set of one process, KiB.
    package var maxRSSKB: Int64
    /// Blocks of 512 bytes read from disks.
    package var inBlocks: Int64
    /// Blocks of 512 bytes written to disks.
    package var outBlocks: Int64
    /// How often a process waited.
    package var voluntarySwitches: Int64
    /// How often a process was made to wait.
    package var involuntarySwitches: Int64

    private enum CodingKeys: String, CodingKey {
        case userUs = "user_us"
        case sysUs = "sys_us"
        case maxRSSKB = "max_rss_kb"
        case inBlocks = "in_blocks"
        case outBlocks = "out_blocks"
        case voluntarySwitches = "voluntary_switches"
        case involuntarySwitches = "involuntary_switches"
    }
}

/// What became of an attempt's output.
package struct OutputFigures: Sendable, Equatable, Codable {
    /// Bytes that the worker wrote on stdout.
    package var stdoutBytes: Int64
    /// Bytes that the worker wrote on stderr.
    package var stderrBytes: Int64
    /// Bytes added to the run's files.
    package var keptBytes: Int64
    /// Whether the run's bound of 16 MiB was reached.
    package var cut: Bool
    /// Lines cut at 64 KiB.
    package var cutLines: Int64
    /// Events beyond 1,000 a second, not kept.
    package var droppedEvents: Int64
    /// Bytes that the disk refused.
    package var lostToFullDisk: Int64
    /// Why the disk refused, in the system's words.
    package var writeError: String?

    private enum CodingKeys: String, CodingKey {
        case cut
        case stdoutBytes = "stdout_bytes"
        case stderrBytes = "stderr_bytes"
        case keptBytes = "kept_bytes"
        case cutLines = "cut_lines"
        case droppedEvents = "dropped_events"
        case lostToFullDisk = "lost_to_full_disk"
        case writeError = "write_error"
    }
}

/// Where the start of a worker failed.
package struct StartFailure: Sendable, Equatable, Codable {
    /// For example `exec`, `directory`, `user`.
    package var step: String
    /// The system's number.
    package var errno: Int32
    /// The system's words.
    package var text: String
}
