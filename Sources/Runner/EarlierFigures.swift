/// `figures.json`: what a run's cgroup counted until its controllers were switched off; afterwards they count from 0 again.
/// CPU time is not among them: the kernel counts it without a controller (cgroup-v2.rst, `cpu.stat`).
struct EarlierFigures: Sendable, Equatable, Codable {
    /// The version of the record.
    var v = 1
    var memoryPeak: Int64?
    var pidsPeak: Int64?
    var ioRead: Int64?
    var ioWrite: Int64?
    var oomKills: Int64?

    private enum CodingKeys: String, CodingKey {
        case v
        case memoryPeak = "memory_peak"
        case pidsPeak = "pids_peak"
        case ioRead = "io_read"
        case ioWrite = "io_write"
        case oomKills = "oom_kills"
    }

    /// What the kernel shows of a cgroup now; nil where the controller is not on.
    init(cgroup path: String) {
        memoryPeak = ControlFile.read(path + "/memory.peak").flatMap(Self.number)
        pidsPeak = ControlFile.read(path + "/pids.peak").flatMap(Self.number)
        let disks = ControlFile.read(path + "/io.stat")
        ioRead = disks.map { Self.sum(of: "rbytes", in: $0) }
        ioWrite = disks.map { Self.sum(of: "wbytes", in: $0) }
        oomKills = ControlFile.read(path + "/memory.events").flatMap { Self.value(of: "oom_kill", in: $0) }
    }

    /// These and those of a time before: peaks are the higher one, the others add up.
    func joined(with before: EarlierFigures?) -> EarlierFigures {
        guard let before else { return self }
        var all = self
        all.memoryPeak = Self.higher(memoryPeak, before.memoryPeak)
        all.pidsPeak = Self.higher(pidsPeak, before.pidsPeak)
        all.ioRead = Self.sum(ioRead, before.ioRead)
        all.ioWrite = Self.sum(ioWrite, before.ioWrite)
        all.oomKills = Self.sum(oomKills, before.oomKills)
        return all
    }

    /// The launcher's record of the end, with what was counted before.
    func added(to record: ExitRecord) -> ExitRecord {
        var whole = record
        whole.memoryPeak = Self.higher(record.memoryPeak, memoryPeak)
        whole.pidsPeak = Self.higher(record.pidsPeak, pidsPeak)
        whole.ioRead = Self.sum(record.ioRead, ioRead)
        whole.ioWrite = Self.sum(record.ioWrite, ioWrite)
        whole.oomKills = Self.sum(record.oomKills, oomKills)
        return whole
    }

    private static func higher(_ one: Int64?, _ other: Int64?) -> Int64? { [one, other].compactMap { $0 }.max() }

    private static func sum(_ one: Int64?, _ other: Int64?) -> Int64? {
        one == nil && other == nil ? nil : (one ?? 0) + (other ?? 0)
    }

    private static func number(_ text: String) -> Int64? { text.split(separator: "\n").first.flatMap { Int64($0) } }

    /// The number after `key` at the beginning of a line.
    private static func value(of key: String, in text: String) -> Int64? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == key { return Int64(words[1]) }
        }
        return nil
    }

    /// The sum over all devices of `key=NUMBER`.
    private static func sum(of key: String, in text: String) -> Int64 {
        text.split { $0 == " " || $0 == "\n" }.compactMap { word in
            word.hasPrefix(key + "=") ? Int64(word.dropFirst(key.count + 1)) : nil
        }.reduce(0, +)
    }
}
