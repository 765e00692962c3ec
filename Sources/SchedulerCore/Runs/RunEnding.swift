package import JobKit

/// How an attempt ended, and what it used.
package struct RunEnding: Sendable, Hashable, Codable {
    /// One line for the operator.
    package var summary: String
    /// What to do about it; nil when nothing needs doing.
    package var fix: String?
    /// Numbers of the report, by name.
    package var numbers: [String: Double]
    /// What the worker said of another attempt.
    package var retry: JobFailure.Retry?
    /// The exit code; nil when a signal ended it or it never started.
    package var exitCode: Int?
    package var signal: Int?
    /// What it used, as far as the kernel told.
    package var usage: ResourceUsage?

    package init(summary: String, fix: String? = nil, numbers: [String: Double] = [:], retry: JobFailure.Retry? = nil) {
        self.summary = summary
        self.fix = fix
        self.numbers = numbers
        self.retry = retry
    }
}

/// What an attempt used.
package struct ResourceUsage: Sendable, Hashable, Codable {
    /// Processor time in microseconds.
    package var cpuMicroseconds: Int64
    /// The largest memory in bytes: of the cgroup, else of the largest process.
    package var peakMemoryBytes: Int64
    package var readBytes: Int64?
    package var writtenBytes: Int64?
    /// Processes that the kernel killed for memory.
    package var outOfMemoryKills: Int?

    package init(cpuMicroseconds: Int64, peakMemoryBytes: Int64) {
        self.cpuMicroseconds = cpuMicroseconds
        self.peakMemoryBytes = peakMemoryBytes
    }
}
