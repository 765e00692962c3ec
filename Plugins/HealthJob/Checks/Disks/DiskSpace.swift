import JobKit

/// How full disks are, exactly as df(1) says it, whether they can be written, and when they will be full.
struct DiskSpace: SectionCheck {
    static let name = "disk_space"
    static let help = "How full each disk is, as df says it; read-only is critical."
    static let isUsual = true

    /// What a read-only file system is.
    enum ReadOnly: String, CaseIterable {
        case critical, ignore
    }

    /// By target.
    struct Memory: Codable, Sendable {
        var trends: [String: FillTrend] = [:]
        /// Disks that were seen writable.
        var writable: [String] = []
    }

    let deadline: Duration
    private let disks: DiskTargets
    private let readOnly: ReadOnly
    private let fullWithin: Duration?

    init(from section: inout SettingsSection, common: CommonSettings) {
        disks = DiskTargets(from: &section, common: common)
        readOnly = section.choice(
            "read_only", default: ReadOnly.critical,
            help: "What a disk is that cannot be written: one that paths or mounts name, or that was writable before.")
        fullWithin = section.optionalDuration(
            "full_within", in: .seconds(60)...(.seconds(366 * 86_400)),
            help: "A warning when a line through the last 6 hours says that the disk will be full within this time.")
        deadline = common.deadline + DiskReader.reserve
    }

    var targets: [String] { disks.named }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        let readings: [DiskReading]
        switch disks.readings(root: scene.root) {
        case .failure(let error): return [WireEvent.Check(Self.name, unknown: "\(error)")]
        case .success(let found): readings = found
        }
        let before = memory ?? Memory()
        var kept = Memory()
        let results = readings.map { reading in
            var result = reading.judged(Self.name, target: reading.path, by: disks.thresholds(of: reading.path))
            switch reading.state {
            case .unknown:
                kept.trends[reading.path] = before.trends[reading.path]
                if before.writable.contains(reading.path) { kept.writable.append(reading.path) }
            case .known(let usage, let mount):
                judge(mount, of: reading.path, wasWritable: before.writable.contains(reading.path), &result, &kept)
                var trend = before.trends[reading.path] ?? FillTrend()
                judge(usage, by: trend, in: scene, &result)
                trend.add(usage.usedBytes, in: scene)
                kept.trends[reading.path] = trend
            }
            return result
        }
        memory = kept
        return results
    }

    private func judge(_ mount: Mount?, of path: String, wasWritable: Bool, _ result: inout WireEvent.Check, _ kept: inout Memory) {
        guard let mount else { return }
        if wasWritable || !mount.isReadOnly { kept.writable.append(path) }
        guard mount.isReadOnly, readOnly == .critical, !MountTable.pseudo.contains(mount.type), wasWritable || disks.named.contains(path)
        else {
            return
        }
        result.worsen(to: .critical, reason: "\(mount.point) is mounted read-only\(wasWritable ? ", and was writable before" : "")")
    }

    private func judge(_ usage: DiskUsage, by trend: FillTrend, in scene: CheckScene, _ result: inout WireEvent.Check) {
        guard let line = trend.line(with: usage.usedBytes, in: scene) else { return }
        result.windowSeconds = line.seconds
        result.inputs?["trend_bytes_per_hour"] = (line.bytesPerSecond * 3600).text(places: 0)
        result.inputs?["trend_points"] = String(line.points)
        guard line.bytesPerSecond > 0 else { return }
        let left = Double(max(0, usage.availableBytes)) / line.bytesPerSecond
        result.inputs?["full_in_hours"] = (left / 3600).text(places: 1)
        if let fullWithin, left <= fullWithin.inSeconds {
            result.worsen(
                to: .warning,
                reason:
                    "full in \((left / 3600).text(places: 1)) h, when it goes on as in the last \((line.seconds / 3600).text(places: 1)) h")
        }
    }
}
