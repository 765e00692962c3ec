import JobKit

/// What units use of the limits that the kernel keeps for them.
struct Cgroups: SectionCheck {
    static let name = "cgroup"
    static let help = "What units use of their limits of memory, processor time and processes; a kill for want of memory is critical."
    static let isUsual = false

    /// Counters of one group.
    struct Sample: Codable, Sendable {
        /// The group's folder: another one is another group.
        var folder: String?
        var used: Int64?
        var periods: Int64 = 0
        var throttled: Int64 = 0
        var kills: Int64?
    }

    /// By unit.
    typealias Memory = SampleLine<[String: Sample]>
    typealias Window = Result<SampleWindow<[String: Sample]>, SampleGap>

    private enum Part: String, CaseIterable {
        case memory, cpu, pids
    }

    let deadline: Duration
    private let units: [String]
    private let memory: Thresholds
    private let cpu: Thresholds
    private let throttled: Thresholds
    private let pids: Thresholds
    private let systemctl: Systemctl

    init(from section: inout SettingsSection, common: CommonSettings) {
        units = section.textList("units", help: "The units; a name with / in front is a control group.")
        memory = section.thresholds(
            "memory", default: .percent(warning: 85), upTo: 100,
            help: "Share of the smallest memory limit of the unit and above it, in percent.")
        cpu = section.thresholds(
            "cpu", default: .percent(warning: 80), upTo: 100,
            help: "Share of the processor time that the unit may have, by its quota or the number of processors, in percent.")
        throttled = section.thresholds(
            "throttled", default: Thresholds(), upTo: 100, help: "Share of the periods in which the quota held the unit back, in percent.")
        pids = section.thresholds(
            "pids", default: .percent(warning: 80), upTo: 100,
            help: "Share of the processes and threads that the unit may have, in percent.")
        systemctl = Systemctl(program: common.systemctl, limit: common.deadline)
        deadline = common.deadline + DiskReader.reserve
        if units.isEmpty {
            section.report(
                .error, at: "units", part: .key, problem: "\(section.place()) names no unit", fix: "add units: [NAME.service]")
        }
    }

    var targets: [String] { units.flatMap { unit in Part.allCases.map { "\(unit) \($0.rawValue)" } } }

    func look(_ scene: CheckScene, memory kept: inout SampleLine<[String: Sample]>?) -> [WireEvent.Check] {
        var line = kept ?? SampleLine()
        let window = line.window(in: scene)
        let finder = CgroupFinder(units, in: scene, systemctl: systemctl)
        let cores = Self.cores(scene)
        var samples: [String: Sample] = [:]
        let results = units.flatMap { unit -> [WireEvent.Check] in
            switch finder.group(of: unit) {
            case .failure(let gap):
                return Part.allCases.map { part in
                    let target = "\(unit) \(part.rawValue)"
                    guard part == .memory, gap.isKilled else { return WireEvent.Check(Self.name, target, unknown: gap.reason) }
                    return WireEvent.Check(Self.name, target, is: .critical, reason: gap.reason)
                }
            case .success(let place):
                var sample = Sample()
                defer { samples[unit] = sample }
                return [
                    used(unit, place, window, &sample), processors(unit, place, cores, window, &sample), processes(unit, place),
                ]
            }
        }
        line.add(samples, in: scene)
        kept = line
        return results
    }

    private static func cores(_ scene: CheckScene) -> Result<Int, ReadError> {
        Result { () throws(ReadError) in
            let path = scene.root + "/proc/stat"
            guard let (_, cores) = CPUTimes.read(try SmallFile.text(path)) else {
                throw ReadError(path: path, reason: "it has no line cpu")
            }
            return cores
        }
    }

    private func used(_ unit: String, _ place: CgroupPlace, _ window: Window, _ sample: inout Sample) -> WireEvent.Check {
        let target = "\(unit) memory"
        do throws(ReadError) {
            guard let hierarchy = place.hierarchy(of: "memory"),
                let own = try CgroupMemory(hierarchy.version, folder: hierarchy.folder(of: place.name))
            else { return WireEvent.Check(Self.name, target, unknown: "\(unit) has no control group with memory") }
            (sample.folder, sample.kills) = (own.folder, own.kills)
            let limit = try CgroupMemory.limit(hierarchy.version, levels: hierarchy.levels(of: place.name))
            var inputs = own.inputs
            inputs["memory_used_bytes"] = String(own.used)
            var result = WireEvent.Check(Self.name, target, is: .ok, reason: "there is no limit", inputs: inputs)
            if let limit {
                inputs["limit_bytes"] = String(limit.bytes)
                inputs["limit_of"] = limit.folder
                inputs["rule"] = "100 x (current - inactive_file) / the smallest limit of the group and those above it"
                let value = 100 * Double(own.used) / Double(max(1, limit.bytes))
                result = WireEvent.Check(Self.name, target, value: value, unit: "%", by: memory, inputs: inputs)
            }
            if case .success(let window) = window, let before = window.from[unit], before.folder == own.folder, let kills = own.kills,
                let earlier = before.kills, kills > earlier
            {
                result.inputs?["oom_kill_before"] = String(earlier)
                result.windowSeconds = window.seconds
                result.worsen(to: .critical, reason: OOMKills.reason(kills - earlier, seconds: window.seconds))
            }
            return result
        } catch {
            return WireEvent.Check(Self.name, target, unknown: "\(error)")
        }
    }

    private func processors(
        _ unit: String, _ place: CgroupPlace, _ cores: Result<Int, ReadError>, _ window: Window, _ sample: inout Sample
    ) -> WireEvent.Check {
        let target = "\(unit) cpu"
        do throws(ReadError) {
            guard let hierarchy = place.hierarchy(of: "cpu") else {
                return WireEvent.Check(Self.name, target, unknown: "\(unit) has no control group with cpu")
            }
            let folder = hierarchy.folder(of: place.name)
            let accounts = place.folder(of: "cpuacct") ?? folder
            let now = try CgroupProcessor(hierarchy.version, folder: folder, accounts: accounts, levels: hierarchy.levels(of: place.name))
            (sample.used, sample.periods, sample.throttled) = (now.used, now.periods, now.throttled)
            if sample.folder == nil { sample.folder = folder }
            let most = min(Double(try cores.get()), now.quota ?? .infinity)
            var inputs = [
                "cgroup": folder, "cgroup_version": hierarchy.version.rawValue, "usage_usec": String(now.used),
                "nr_periods": String(now.periods),
                "nr_throttled": String(now.throttled), "processors": most.text(places: 3),
                "rule": "100 x difference of usage / (time between the two looks x the smaller of processors and quota / period)",
            ]
            return judged(target, now, most, before(unit, sample, window), &inputs)
        } catch {
            // In version 1 systemd makes groups for processor time only where a unit asks for it.
            let reason = error.isAbsent ? "\(unit) has no control group with cpu; CPUAccounting=yes of the unit makes one" : "\(error)"
            return WireEvent.Check(Self.name, target, unknown: reason)
        }
    }

    /// The sample of the same group, and how long ago it was taken.
    private func before(_ unit: String, _ now: Sample, _ window: Window) -> Result<(Sample, Double), SampleGap> {
        window.flatMap { window in
            guard let before = window.from[unit], before.folder == now.folder else { return .failure(.first) }
            return .success((before, window.seconds))
        }
    }

    private func judged(
        _ target: String, _ now: CgroupProcessor, _ most: Double, _ before: Result<(Sample, Double), SampleGap>,
        _ inputs: inout [String: String]
    ) -> WireEvent.Check {
        do throws(SampleGap) {
            let (earlier, seconds) = try before.get()
            guard let used = earlier.used else { throw .first }
            inputs["usage_usec_before"] = String(used)
            guard now.used >= used, now.periods >= earlier.periods, now.throttled >= earlier.throttled else { throw .backwards("cpu.stat") }
            var held = 0.0
            if now.periods > earlier.periods {
                held = 100 * Double(now.throttled - earlier.throttled) / Double(now.periods - earlier.periods)
                inputs["throttled_percent"] = held.shortText
            }
            let value = 100 * Double(now.used - used) / (seconds * 1e6 * most)
            var result = WireEvent.Check(Self.name, target, value: value, unit: "%", by: cpu, inputs: inputs)
            result.windowSeconds = seconds
            let worse = throttled.state(of: held)
            result.worsen(to: worse, reason: "the quota held it back in \(held.shortText) % of the periods")
            return result
        } catch {
            return WireEvent.Check(Self.name, target, unknown: error.reason, inputs: inputs)
        }
    }

    private func processes(_ unit: String, _ place: CgroupPlace) -> WireEvent.Check {
        let target = "\(unit) pids"
        do throws(ReadError) {
            guard let hierarchy = place.hierarchy(of: "pids"),
                let current = try CgroupMemory.number(hierarchy.folder(of: place.name) + "/pids.current")
            else { return WireEvent.Check(Self.name, target, unknown: "\(unit) has no control group with pids") }
            var limit: Int64?
            for level in hierarchy.levels(of: place.name) {
                if let most = try CgroupMemory.number(level + "/pids.max") { limit = min(limit ?? most, most) }
            }
            var inputs = ["cgroup": hierarchy.folder(of: place.name), "pids.current": String(current)]
            guard let limit else { return WireEvent.Check(Self.name, target, is: .ok, reason: "there is no limit", inputs: inputs) }
            inputs["pids.max"] = String(limit)
            inputs["rule"] = "100 x pids.current / the smallest pids.max of the group and those above it"
            return WireEvent.Check(
                Self.name, target, value: 100 * Double(current) / Double(max(1, limit)), unit: "%", by: pids, inputs: inputs)
        } catch {
            return WireEvent.Check(Self.name, target, unknown: "\(error)")
        }
    }
}
