import FileTree
import JobKit

/// Brings the copies of a repository up to date, one after another; what one lacks keeps no other from its own.
struct CopyRun {
    let settings: BackupSettings
    let context: JobContext
    let stop: StopFlag

    /// What came of it.
    struct Result {
        var files = 0
        var bytes: Int64 = 0
    }

    /// - Parameter names: of the copies; nil for all.
    @discardableResult
    func bringUpToDate(_ names: Set<String>?, _ findings: inout Findings) -> Result {
        var sum = Result()
        for copy in settings.copies where names?.contains(copy.name) ?? true {
            do throws(CopyError) {
                let result = try bringUpToDate(copy)
                sum.files += result.files
                sum.bytes += result.bytes
                tell(result, of: copy, &findings)
            } catch {
                findings.warn("the copy \(copy.name) is not up to date: \(error); the next run makes up for it")
            }
        }
        return sum
    }

    private func bringUpToDate(_ copy: CopySettings) throws(CopyError) -> CopyMirror.Result {
        if stop.isStopped { throw .stopped }
        let repository: Repository
        let removed: [RemovedPoint]
        do throws(BackupError) {
            repository = try Repository(reading: PathBytes(settings.repository), keys: nil)
            removed = copy.prunes ? try RemovedPoints.all(in: repository) : []
        } catch {
            throw CopyError(.damagedHere, "\(error)", fix: "check the disk that holds the repository")
        }
        guard let lock = try CopyLock(copy.name, in: repository) else {
            throw CopyError(.lasting, "another run is sending to it", fix: "wait for that run to end")
        }
        defer { withExtendedLifetime(lock) {} }
        let target = try self.target(copy)
        if let folder = target as? FolderTarget, try folder.identity() == repository.identity {
            throw CopyError(.lasting, "\(folder.place) is the repository itself", fix: "name a folder on another disk")
        }
        let retry = CopyRetry(retries: copy.retries, stop: stop, context: context)
        return try CopyMirror(repository: repository, target: target, retry: retry, stop: stop).bringUpToDate(removing: removed)
    }

    private func tell(_ result: CopyMirror.Result, of copy: CopySettings, _ findings: inout Findings) {
        if result.removed > 0 {
            context.log(.info, "the copy \(copy.name) followed retention: \(Report.counted(result.removed, "point")) removed")
        }
        if let problem = result.removalProblem {
            findings.warn("the copy \(copy.name) keeps points that retention has removed here: \(problem)")
        }
        if let problem = result.problem {
            let lacks = "the copy \(copy.name) lacks \(Report.counted(result.missing, "point"))"
            return findings.warn("\(lacks): \(problem); the next run goes on there")
        }
        let sent = result.files == 0 ? "nothing to send" : "\(Report.counted(result.files, "file")) sent, \(ByteCount(result.bytes))"
        context.log(.info, "the copy \(copy.name) has all \(Report.counted(result.points, "point")): \(sent)")
    }

    /// Opens the way to a copy.
    func target(_ copy: CopySettings) throws(CopyError) -> any CopyTarget {
        switch copy.place {
        case .folder(let path): return try FolderTarget(path, rate: copy.rate, stop: stop)
        case .sftp(let user, let host, let port, let path):
            let key = try CopyCredential(copy.key ?? "", for: copy.name, in: context)
            return SFTPTarget(user: user, host: host, port: port, path: path, key: key, settings: copy, stop: stop)
        case .s3(let bucket, let prefix):
            let key = try CopyCredential(copy.key ?? "", for: copy.name, in: context)
            return try S3Target(bucket: bucket, prefix: prefix, settings: copy, key: key, stop: stop)
        case nil: throw CopyError(.lasting, "the settings of copy \(copy.name) have errors", fix: "see acore-sched validate")
        }
    }
}
