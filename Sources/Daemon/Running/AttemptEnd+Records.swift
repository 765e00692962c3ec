import CronSchedule
package import JobKit
package import Runner
package import SchedulerCore

extension AttemptEnd {
    /// What a launcher's record says of an attempt.
    package init(_ record: ExitRecord, of run: Run, result: WireEvent.Result?) {
        self.init(
            run: run.id, attempt: run.attempt, cause: RunVerdict.Cause(record), endedAt: Instant(milliseconds: record.endedAtMs))
        self.result = result
        startedAt = Instant(milliseconds: record.startedAtMs)
        usage = SchedulerCore.ResourceUsage(record)
        notes = record.remarks
    }
}

extension AttemptEnd {
    /// The same end; a start that failed also says which program or folder it was about.
    func naming(_ request: LaunchRequest) -> AttemptEnd {
        guard case .startFailed(let step, let reason) = cause else { return self }
        let subject: String? =
            switch step {
            case "exec": request.arguments.first
            case "directory", "chdir": request.directory
            default: nil
            }
        var named = self
        if let subject { named.cause = .startFailed(step: "\(step) \(subject)", reason: reason) }
        return named
    }
}

extension RunVerdict.Cause {
    fileprivate init(_ record: ExitRecord) {
        switch record.cause {
        case .timedOut: self = .timedOut
        case .stopped: self = .stopped
        case .startFailed: self = .startFailed(step: record.error?.step ?? "start", reason: record.error?.text ?? "no reason given")
        case .exited:
            self = record.signal.map { .signalled(signal: Int($0)) } ?? .exited(code: Int(record.code ?? 0))
        }
    }
}

extension SchedulerCore.ResourceUsage {
    fileprivate init(_ record: ExitRecord) {
        self.init(
            cpuMicroseconds: record.cpuUsec ?? (record.rusage.userUs + record.rusage.sysUs),
            peakMemoryBytes: record.memoryPeak ?? record.rusage.maxRSSKB * 1024)
        readBytes = record.ioRead ?? record.rusage.inBlocks * 512
        writtenBytes = record.ioWrite ?? record.rusage.outBlocks * 512
        outOfMemoryKills = record.oomKills.map(Int.init)
    }
}

extension ExitRecord {
    /// What the operator should read beside the outcome.
    fileprivate var remarks: [String] {
        var remarks: [String] = []
        if let kills = oomKills, kills > 0 { remarks.append("the kernel killed \(kills) processes for memory") }
        if orphansKilled > 0 { remarks.append("\(orphansKilled) left-over \(orphansKilled == 1 ? "process" : "processes") killed") }
        if leftBehind > 0 { remarks.append("\(leftBehind) processes could not be killed") }
        if output.cut { remarks.append("output beyond its bound was not kept") }
        if output.lostToFullDisk > 0 { remarks.append("\(output.lostToFullDisk) bytes of output lost to a full disk") }
        return remarks
    }
}
