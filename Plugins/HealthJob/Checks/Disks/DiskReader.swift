import CLinux
import Dispatch
import Glibc
import JobKit

/// Asks file systems how full they are, each on a thread of its own: one that hangs holds up no other.
struct DiskReader {
    /// Beside the time that a file system has to answer, for all that comes after.
    static let reserve: Duration = .milliseconds(500)

    /// What the two calls say of a path.
    private struct Answer {
        let mount: UInt64
        let device: String
        let usage: DiskUsage
    }

    private let begin: DispatchTime
    private let table: Result<MountTable, ReadError>
    /// Paths with a result of their own, whatever else lies on their device.
    private let alone: Set<String>
    private let calls: [(path: String, call: BoundedCall<Result<Answer, ReadError>>?)]

    /// Begins to ask.
    static func begin(_ paths: [String], root: String) -> DiskReader {
        DiskReader(paths, table: Self.table(root: root))
    }

    init(_ paths: [String], alone: Set<String> = [], table: Result<MountTable, ReadError>) {
        begin = .now()
        self.alone = alone
        self.table = table
        calls = paths.map { path in (path, BoundedCall.begin { Self.ask(path) }) }
    }

    /// What is mounted, as this process sees it.
    static func table(root: String) -> Result<MountTable, ReadError> {
        Result { () throws(ReadError) in MountTable(try SmallFile.text(root + "/proc/self/mountinfo")) }
    }

    /// Waits for the answers.
    /// - Parameter patience: counted from the beginning.
    /// - Returns: one for each path; of paths on one device that are not alone the first one's, with the others' names.
    func readings(patience: Duration) -> [DiskReading] {
        let deadline = begin + .nanoseconds(Int(clamping: patience.wholeNanoseconds))
        var readings: [DiskReading] = []
        var places: [String: Int] = [:]
        for (path, call) in calls {
            guard let call else {
                readings.append(DiskReading(path: path, state: .unknown("no thread could be started for \(path)")))
                continue
            }
            switch call.value(until: deadline) {
            case nil: readings.append(DiskReading(path: path, state: .unknown("\(path) had not answered after \(patience.settingText)")))
            case .failure(let error): readings.append(DiskReading(path: path, state: .unknown("\(error)")))
            case .success(let answer):
                let mount = mount(of: answer)
                let device = mount?.device ?? answer.device
                if alone.contains(path) {
                    readings.append(DiskReading(path: path, state: .known(answer.usage, mount)))
                } else if let place = places[device] {
                    readings[place].others.append(path)
                } else {
                    places[device] = readings.count
                    readings.append(DiskReading(path: path, state: .known(answer.usage, mount)))
                }
            }
        }
        return readings
    }

    private func mount(of answer: Answer) -> Mount? {
        switch table {
        case .success(let table): table[id: answer.mount]
        case .failure: nil
        }
    }

    private static func ask(_ path: String) -> Result<Answer, ReadError> {
        var status = statx()
        guard path.withCString({ linux_statx(LINUX_AT_FDCWD, $0, 0, LINUX_STATX_MNT_ID, &status) }) == 0 else {
            return .failure(ReadError(path: path, code: errno))
        }
        var raw = statvfs()
        guard statvfs(path, &raw) == 0 else { return .failure(ReadError(path: path, code: errno)) }
        let usage = DiskUsage(
            blocks: UInt64(raw.f_blocks), free: UInt64(raw.f_bfree), available: Int64(bitPattern: UInt64(raw.f_bavail)),
            fragment: UInt64(raw.f_frsize == 0 ? raw.f_bsize : raw.f_frsize), files: UInt64(raw.f_files), freeFiles: UInt64(raw.f_ffree))
        return .success(Answer(mount: status.stx_mnt_id, device: "\(status.stx_dev_major):\(status.stx_dev_minor)", usage: usage))
    }
}

/// What one file system answered.
struct DiskReading: Sendable {
    enum State: Sendable {
        /// The mount is nil where the table of mounts cannot be read.
        case known(DiskUsage, Mount?)
        case unknown(String)
    }

    let path: String
    let state: State
    /// Further paths on the same device.
    var others: [String] = []

    /// How full it is.
    func judged(_ check: String, target: String, by thresholds: Thresholds) -> WireEvent.Check {
        switch state {
        case .unknown(let reason): return WireEvent.Check(check, target, unknown: reason)
        case .known(let usage, let mount):
            let inputs = usage.spaceInputs.merging(place(mount)) { own, _ in own }
            guard let percent = usage.percent else {
                return WireEvent.Check(check, target, is: .ok, reason: "the file system has no blocks", inputs: inputs)
            }
            return WireEvent.Check(check, target, value: Double(percent), unit: "%", by: thresholds, inputs: inputs)
        }
    }

    /// Where it is mounted, and how.
    func place(_ mount: Mount?) -> [String: String] {
        var inputs: [String: String] = [:]
        if !others.isEmpty { inputs["same_device"] = others.joined(separator: " ") }
        guard let mount else { return inputs }
        inputs["mount"] = mount.point
        inputs["device"] = mount.device
        inputs["type"] = mount.type
        inputs["read_only"] = mount.isReadOnly ? "yes" : mount.isReadOnlyHere ? "only for this job" : "no"
        return inputs
    }
}
