import JobKit

/// Memory of the machine and of the control group that limits this service: used share, swapping, and processes killed for want of memory.
struct MemoryUsage: SectionCheck {
    static let name = "memory_usage"
    static let help = "Used memory, swapping, the limit of the control group, and kills for want of memory."
    static let isUsual = true

    /// Counters since the boot.
    struct Sample: Codable, Sendable {
        var swappedIn: Int64
        var swappedOut: Int64
        var kills: Int64?
        /// Kills in the control group with the limit, and which that is.
        var group: String?
        var groupKills: Int64?
    }

    typealias Memory = SampleLine<Sample>

    let deadline: Duration
    private let memory: Thresholds
    private let swap: Thresholds
    private let limit: Thresholds

    init(from section: inout SettingsSection, common: CommonSettings) {
        memory = section.thresholds(
            "memory", default: .percent(warning: 85), upTo: 100, help: "Share of the memory that programs cannot have any more, in percent."
        )
        swap = section.thresholds(
            "swap", default: Thresholds(), help: "Pages a second that are swapped in or out; none is set by itself.")
        limit = section.thresholds(
            "limit", default: .percent(warning: 85), upTo: 100,
            help: "Used share of the smallest memory limit of the control groups that this service is in, in percent.")
        deadline = common.deadline
    }

    var targets: [String] { ["memory", "swap", "limit", "oom_kills"] }

    func look(_ scene: CheckScene, memory kept: inout SampleLine<Sample>?) -> [WireEvent.Check] {
        let line = kept ?? SampleLine()
        let group = Result { () throws(ReadError) in try self.group(scene) }
        let machine = Self.machine(Self.name, scene, memory)
        do throws(ReadError) {
            let table = KernelTable(try SmallFile.text(scene.root + "/proc/vmstat"))
            guard let swappedIn = table["pswpin"], let swappedOut = table["pswpout"] else {
                throw ReadError(path: scene.root + "/proc/vmstat", reason: "it has no pswpin and pswpout")
            }
            var sample = Sample(swappedIn: swappedIn, swappedOut: swappedOut, kills: table["oom_kill"])
            if case .success(let found?) = group { (sample.group, sample.groupKills) = (found.memory.folder, found.memory.kills) }
            let window = line.window(in: scene)
            let results = [machine, swapping(sample, window), limited(group, sample, window), kills(sample, window)]
            var next = line
            next.add(sample, in: scene)
            kept = next
            return results
        } catch {
            let rest = ["swap", "oom_kills"].map { WireEvent.Check(Self.name, $0, unknown: "\(error)") }
            return [machine, rest[0], limited(group, nil, line.window(in: scene)), rest[1]]
        }
    }

    /// The machine's memory, also for `system_resources`.
    static func machine(_ check: String, _ scene: CheckScene, _ thresholds: Thresholds) -> WireEvent.Check {
        let path = scene.root + "/proc/meminfo"
        do throws(ReadError) {
            guard let info = MemoryInfo(try SmallFile.text(path)) else {
                throw ReadError(path: path, reason: "it has no MemTotal and MemAvailable")
            }
            var inputs = info.inputs
            inputs["swap_total_bytes"] = String(info.swapTotal)
            inputs["swap_used_bytes"] = String(info.swapTotal - info.swapFree)
            return WireEvent.Check(check, "memory", value: info.percent, unit: "%", by: thresholds, inputs: inputs)
        } catch {
            return WireEvent.Check(check, "memory", unknown: "\(error)")
        }
    }

    private func swapping(_ now: Sample, _ window: Result<SampleWindow<Sample>, SampleGap>) -> WireEvent.Check {
        var inputs = [
            "pswpin": String(now.swappedIn), "pswpout": String(now.swappedOut),
            "rule": "differences of pswpin and pswpout of /proc/vmstat, together, a second",
        ]
        do throws(SampleGap) {
            let window = try window.get()
            inputs["pswpin_before"] = String(window.from.swappedIn)
            inputs["pswpout_before"] = String(window.from.swappedOut)
            let pages = now.swappedIn - window.from.swappedIn + now.swappedOut - window.from.swappedOut
            guard now.swappedIn >= window.from.swappedIn, now.swappedOut >= window.from.swappedOut else {
                throw .backwards("pswpin or pswpout of /proc/vmstat")
            }
            var result = WireEvent.Check(
                Self.name, "swap", value: Double(pages) / window.seconds, unit: "pages/s", by: swap, inputs: inputs)
            result.windowSeconds = window.seconds
            return result
        } catch {
            return WireEvent.Check(Self.name, "swap", unknown: error.reason, inputs: inputs)
        }
    }

    private func kills(_ now: Sample, _ window: Result<SampleWindow<Sample>, SampleGap>) -> WireEvent.Check {
        guard let kills = now.kills else {
            return WireEvent.Check(Self.name, "oom_kills", unknown: "/proc/vmstat has no oom_kill: the kernel is older than 4.13")
        }
        let rule = "difference of oom_kill of /proc/vmstat: one is critical"
        return OOMKills.judged(Self.name, "oom_kills", kills, before: window.map { ($0.from.kills, $0.seconds) }, rule: rule)
    }

    /// The control group with the smallest limit.
    private struct Limited {
        let memory: CgroupMemory
        let bytes: Int64
    }

    private func group(_ scene: CheckScene) throws(ReadError) -> Limited? {
        let tree = try CgroupTree(root: scene.root)
        guard let hierarchy = tree.hierarchy(of: "memory"), let own = try tree.own("memory"),
            let limit = try CgroupMemory.limit(hierarchy.version, levels: hierarchy.levels(of: own)),
            let memory = try CgroupMemory(hierarchy.version, folder: limit.folder)
        else { return nil }
        return Limited(memory: memory, bytes: limit.bytes)
    }

    private func limited(
        _ group: Result<Limited?, ReadError>, _ now: Sample?, _ window: Result<SampleWindow<Sample>, SampleGap>
    ) -> WireEvent.Check {
        switch group {
        case .failure(let error): return WireEvent.Check(Self.name, "limit", unknown: "\(error)")
        case .success(nil):
            return WireEvent.Check(Self.name, "limit", is: .ok, reason: "no control group above this job has a memory limit")
        case .success(let group?):
            var inputs = group.memory.inputs
            inputs["limit_bytes"] = String(group.bytes)
            inputs["rule"] = "100 x (current - inactive_file) / limit, of the control group with the smallest limit"
            var result = WireEvent.Check(
                Self.name, "limit", value: 100 * Double(group.memory.used) / Double(max(1, group.bytes)), unit: "%", by: limit,
                inputs: inputs)
            if let now, let kills = now.groupKills, case .success(let window) = window, window.from.group == now.group,
                let before = window.from.groupKills, kills > before
            {
                result.inputs?["oom_kill_before"] = String(before)
                result.worsen(to: .critical, reason: OOMKills.reason(kills - before, seconds: window.seconds))
            }
            return result
        }
    }
}

/// Processes that the kernel killed for want of memory.
enum OOMKills {
    static func reason(_ count: Int64, seconds: Double) -> String {
        "\(count) \(count == 1 ? "process was" : "processes were") killed for want of memory in the last \(seconds.text(places: 0)) s"
    }

    /// Critical when the counter grew.
    static func judged(
        _ check: String, _ target: String, _ kills: Int64, before: Result<(Int64?, Double), SampleGap>, rule: String
    ) -> WireEvent.Check {
        var inputs = ["oom_kill": String(kills), "rule": rule]
        do throws(SampleGap) {
            let (earlier, seconds) = try before.get()
            guard let earlier else { throw .first }
            inputs["oom_kill_before"] = String(earlier)
            guard kills >= earlier else { throw .backwards("oom_kill") }
            var result = WireEvent.Check(check, target, value: Double(kills - earlier), unit: "kills", inputs: inputs)
            result.windowSeconds = seconds
            if kills > earlier { result.worsen(to: .critical, reason: reason(kills - earlier, seconds: seconds)) }
            return result
        } catch {
            return WireEvent.Check(check, target, unknown: error.reason, inputs: inputs)
        }
    }
}
