import FoundationEssentials
import Glibc
import JobKit
import SQLiteFiles

/// One look at one database.
struct DatabaseLook {
    /// How long a lock of another is waited for.
    static let busyTimeout: Duration = .seconds(2)
    /// How often a database that nobody has open, and that changes while it is read, is read again.
    static let attempts = 3
    /// Of what a check found, among the inputs; the record holds more.
    private static let wordBound = 8000

    let path: String
    let settings: DatabaseHealthSettings
    let now: Date
    private(set) var record: DatabaseRecord
    private var verdict = Verdict()
    private var inputs: [String: String]
    private var size: Int64?
    /// For all attempts together.
    private let deadline: ContinuousClock.Instant

    init(path: String, settings: DatabaseHealthSettings, now: Date, record: DatabaseRecord?) {
        self.path = path
        self.settings = settings
        self.now = now
        self.record = record ?? DatabaseRecord()
        inputs = ["database_path": path]
        deadline = .now + settings.timeLimit
    }

    mutating func result() -> WireEvent.Check {
        lookAtFile()
        judgeFindings()
        var check = WireEvent.Check(name: DatabaseHealth.name, state: verdict.state)
        check.target = path
        check.value = size.map(Double.init)
        check.unit = size == nil ? nil : "bytes"
        check.reason = verdict.reason
        inputs["message"] = verdict.reason ?? "all is well"
        inputs["rule"] =
            "size = page_count x page_size while no log holds pages; quick_check each \(settings.quickEvery.settingText), "
            + "integrity_check and foreign_key_check each \(settings.fullEvery.settingText); what they found stands until the next one"
        check.inputs = inputs
        return check
    }

    private mutating func lookAtFile() {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            let isMissing = code == ENOENT || code == ENOTDIR
            verdict.raise(
                to: isMissing ? .critical : .unknown, isMissing ? "the file is missing" : "it cannot be looked at: \(Self.text(code))")
            inputs["connectivity"] = "none"
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return verdict.raise(to: .critical, "it is no plain file") }
        size = Int64(status.st_size)
        inputs["size_bytes"] = "\(status.st_size)"
        inputs["size_mb"] = (Double(status.st_size) / 1_048_576).text(places: 2)
        guard status.st_size > 0 else { return verdict.raise(to: .critical, "the file has 0 bytes") }
        let identity = DatabaseFiles.Mark(status).identity
        // Another file is another database: what was found in the former one says nothing about it.
        if record.identity != identity { record = DatabaseRecord(identity: identity) }
        if OwnerRights.acting(as: status.st_uid, status.st_gid, { lookInside() }) == nil {
            let reason = "root may not take the rights of its owner here (setfsuid, in a sandbox); run the job as its owner (run_as)"
            verdict.raise(to: .unknown, reason)
        }
    }

    private mutating func lookInside() {
        guard let real = realpath(path, nil) else { return verdict.raise(to: .unknown, "its path cannot be followed: \(Self.text(errno))") }
        defer { free(real) }
        let place = String(cString: real)
        for attempt in 1...Self.attempts {
            let former = (verdict, record, inputs)
            guard let files = DatabaseFiles(path: place) else { return verdict.raise(to: .critical, "the file vanished") }
            switch Self.header(of: place) {
            case .failure(let failure):
                let fix = failure.code == EACCES ? "; run the job as its owner (run_as), or let this user read it" : ""
                return verdict.raise(to: .unknown, "it cannot be read: \(Self.text(failure.code))\(fix)")
            case .success(nil): return verdict.raise(to: .critical, "it does not begin as a SQLite database does")
            case .success(let header?): if compare(files, header, at: place) { return }
            }
            (verdict, record, inputs) = former
            if attempt < Self.attempts {
                // It is being opened or closed, or was written.
                var pause = timespec(tv_sec: 0, tv_nsec: 20_000_000)
                nanosleep(&pause, nil)
            }
        }
        verdict.raise(to: .unknown, "it was opened, closed or changed each time it was read")
    }

    /// - Returns: false when another look is needed.
    private mutating func compare(_ files: DatabaseFiles, _ header: SQLiteFile, at place: String) -> Bool {
        inputs["journal_mode"] = header.usesWriteAheadLog ? "wal" : "rollback"
        inputs["page_size"] = "\(header.pageSize)"
        inputs["wal_bytes"] = files.log.map { "\($0.size)" }
        guard header.pageSize > 0 else {
            verdict.raise(to: .critical, "its header has no page size")
            return true
        }
        guard header.usesWriteAheadLog else {
            read(at: place, isIdle: false, limit: min(settings.timeLimit, settings.lockLimit))
            checkSize(files, header, at: place)
            return true
        }
        let standing = files.standing
        switch standing {
        case .open:
            checkLog(files.log?.size ?? 0)
            read(at: place, isIdle: false, limit: settings.timeLimit)
            checkSize(files, header, at: place)
            return true
        case .idle:
            read(at: place, isIdle: true, limit: settings.timeLimit)
            checkSize(files, header, at: place)
            // Read without locks: it counts when nobody touched it meanwhile.
            return DatabaseFiles(path: place) == files
        case .logLost, .logLeft:
            guard DatabaseFiles(path: place)?.standing == standing else { return false }
            let reason =
                standing == .logLost
                ? "it has a -shm but no -wal beside it: its log was removed or not copied, and the changes in it are lost"
                : "it has a -wal but no -shm beside it: it is open in exclusive mode or in no program, and cannot be read without making a file"
            verdict.raise(to: standing == .logLost ? .critical : .unknown, reason)
            return true
        }
    }

    private mutating func checkLog(_ size: Int64) {
        guard size > settings.logLimit.bytes else { return }
        verdict.raise(
            to: .warning,
            "its -wal has \(ByteCount(size)), more than \(ByteCount(settings.logLimit.bytes)): checkpoints stall, look for a reader that never ends"
        )
    }

    /// Only where no log holds pages, which are counted in neither, and while nobody writes.
    private mutating func checkSize(_ files: DatabaseFiles, _ header: SQLiteFile, at place: String) {
        guard let count = header.pageCount, files.log?.size ?? 0 == 0 else { return }
        let size = files.database.size
        let expected = Int64(count) * Int64(header.pageSize)
        guard size != expected, let after = DatabaseFiles(path: place), after.database == files.database, after.log?.size ?? 0 == 0 else {
            return
        }
        let sentence = "it has \(size) bytes where \(count) pages of \(header.pageSize) need \(expected)"
        verdict.raise(to: size < expected ? .critical : .warning, sentence + (size < expected ? ": the end is missing" : ""))
    }

    private mutating func read(at place: String, isIdle: Bool, limit: Duration) {
        do throws(SQLiteError) {
            let inspection = try SQLiteInspection(
                path: Array(place.utf8), isIdle: isIdle, patience: Self.busyTimeout, until: min(deadline, ContinuousClock.now + limit))
            let figures = try inspection.figures()
            inputs["connectivity"] = "ok"
            inputs["table_count"] = "\(figures.tableCount)"
            inputs["page_count"] = "\(figures.pageCount)"
            checkTables(figures.tableCount)
            try runChecks(inspection, limit)
        } catch {
            take(error)
        }
    }

    private mutating func checkTables(_ count: Int) {
        let before = record.tableCount
        record.tableCount = count
        guard count == 0 else { return }
        if let before, before > 0 {
            verdict.raise(to: .critical, "it has no table, and had \(before): its -wal may be missing")
        } else {
            verdict.raise(to: .warning, "it has no table: it was never filled, or was copied without its -wal")
        }
    }

    private mutating func runChecks(_ inspection: SQLiteInspection, _ limit: Duration) throws(SQLiteError) {
        let pace = settings.quickEvery
        if DatabaseRecord.isDue(record.full, at: now, pace: settings.fullEvery, complaintPace: pace) {
            record.full = try findings(.full, inspection, before: record.full, limit)
            // The full check does what the quick one does.
            record.quick = record.full
        } else if DatabaseRecord.isDue(record.quick, at: now, pace: pace, complaintPace: pace) {
            record.quick = try findings(.quick, inspection, before: record.quick, limit)
        }
        guard settings.foreignKeys != .off else { return record.foreignKeys = nil }
        if DatabaseRecord.isDue(record.foreignKeys, at: now, pace: settings.fullEvery, complaintPace: pace) {
            record.foreignKeys = try findings(.foreignKeys, inspection, before: record.foreignKeys, limit)
        }
    }

    private func findings(
        _ depth: SQLiteInspection.Depth, _ inspection: SQLiteInspection, before: DatabaseRecord.Findings?, _ limit: Duration
    ) throws(SQLiteError) -> DatabaseRecord.Findings {
        do throws(SQLiteError) {
            let complaints = try inspection.complaints(depth).map { $0.clipped(to: 160) }
            return DatabaseRecord.Findings(at: now, complaints: complaints, unfinished: nil)
        } catch {
            switch error.cause {
            case .damaged: return DatabaseRecord.Findings(at: now, complaints: [error.description.clipped(to: 160)], unfinished: nil)
            case .stopped:
                return DatabaseRecord.Findings(
                    at: now, complaints: before?.complaints ?? [], unfinished: "\(depth.rawValue) was not done after \(limit.settingText)")
            case .busy, .cannotOpen, .other: throw error
            }
        }
    }

    private mutating func take(_ error: SQLiteError) {
        if inputs["connectivity"] == nil { inputs["connectivity"] = error.description }
        switch error.cause {
        case .damaged: verdict.raise(to: .critical, error.description)
        case .busy: verdict.raise(to: .warning, "another program has kept its lock for \(Self.busyTimeout.settingText): \(error)")
        case .cannotOpen: verdict.raise(to: .unknown, "\(error); run the job as the owner of the file (run_as)")
        case .other: verdict.raise(to: .unknown, error.description)
        case .stopped: verdict.raise(to: .unknown, "it was not read in time")
        }
    }

    /// What the checks found, now or earlier, stands.
    private mutating func judgeFindings() {
        judge(record.full, .full, as: .critical)
        judge(record.quick == record.full ? nil : record.quick, .quick, as: .critical)
        judge(record.foreignKeys, .foreignKeys, as: settings.foreignKeys == .warning ? .warning : .critical)
        inputs[SQLiteInspection.Depth.quick.rawValue] = record.quick.map(Self.words)
    }

    private mutating func judge(_ findings: DatabaseRecord.Findings?, _ depth: SQLiteInspection.Depth, as state: WireEvent.Check.State) {
        guard let findings else { return }
        inputs[depth.rawValue] = Self.words(findings)
        if let first = findings.complaints.first {
            let more = findings.complaints.count - 1
            verdict.raise(to: state, "\(depth.rawValue): \(first)" + (more > 0 ? ", and \(more) more" : ""))
        }
        if let unfinished = findings.unfinished { verdict.raise(to: .unknown, "\(unfinished); raise its limit, or look less often") }
    }

    /// When, and all that was found.
    private static func words(_ findings: DatabaseRecord.Findings) -> String {
        let result = findings.complaints.isEmpty ? findings.unfinished ?? "ok" : findings.complaints.joined(separator: "\n")
        return "\(result.clipped(to: wordBound)) (\(findings.at.formatted(.iso8601)))"
    }

    private struct ReadFailure: Error {
        let code: Int32
    }

    /// Read before SQLite opens the file: closing any descriptor of it ends SQLite's locks.
    private static func header(of path: String) -> Result<SQLiteFile?, ReadFailure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(ReadFailure(code: errno)) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: SQLiteFile.headerSize)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { return .failure(ReadFailure(code: errno)) }
        return .success(SQLiteFile(header: bytes.prefix(count)))
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
