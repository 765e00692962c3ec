import GRDB
import JobKit
import SchedulerCore

extension RunEnding {
    /// The columns that `runs` and `attempts` share.
    static let columns = [
        "summary", "fix", "numbers", "retry", "exit_code", "signal", "cpu_us", "peak_memory_bytes", "read_bytes", "written_bytes",
        "out_of_memory_kills",
    ]

    /// - Returns: nil when there is no summary: it has not ended.
    static func read(from reader: inout RowReader) throws(LedgerError) -> RunEnding? {
        let summary = try reader.optionalText()
        let fix = try reader.optionalText()
        let numbers = try reader.numbers()
        let retry: JobFailure.Retry? = try reader.optionalWord()
        var ending = RunEnding(summary: summary ?? "", fix: fix, numbers: numbers, retry: retry)
        ending.exitCode = try reader.optionalNumber()
        ending.signal = try reader.optionalNumber()
        ending.usage = try ResourceUsage.read(from: &reader)
        return summary == nil ? nil : ending
    }

    /// The values of ``columns``.
    static func values(of ending: RunEnding?) throws -> [(any DatabaseValueConvertible)?] {
        let usage = ending?.usage
        return [
            ending?.summary.storable, ending?.fix?.storable, try NumbersText.text(of: ending?.numbers ?? [:]), ending?.retry?.rawValue,
            ending?.exitCode,
            ending?.signal, usage?.cpuMicroseconds, usage?.peakMemoryBytes, usage?.readBytes, usage?.writtenBytes,
            usage?.outOfMemoryKills,
        ]
    }
}

extension ResourceUsage {
    fileprivate static func read(from reader: inout RowReader) throws(LedgerError) -> ResourceUsage? {
        let processor = try reader.optionalInteger()
        let memory = try reader.optionalInteger()
        let read = try reader.optionalInteger()
        let written = try reader.optionalInteger()
        let kills = try reader.optionalNumber()
        guard let processor, let memory else { return nil }
        var usage = ResourceUsage(cpuMicroseconds: processor, peakMemoryBytes: memory)
        usage.readBytes = read
        usage.writtenBytes = written
        usage.outOfMemoryKills = kills
        return usage
    }
}
