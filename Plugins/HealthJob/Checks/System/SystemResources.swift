import JobKit

/// Processor, load, memory and disks in one look.
struct SystemResources: SectionCheck {
    static let name = "system_resources"
    static let help = "Processor, load, memory and disks in one look."
    static let isUsual = true

    typealias Memory = SampleLine<CPUTimes>

    /// What can be held against thresholds.
    enum Part: String, CaseIterable {
        case cpu, load, memory, disk
    }

    let deadline: Duration
    private let cpu: Thresholds
    private let load: Thresholds
    private let memory: Thresholds
    private let disk: Thresholds
    private let paths: [String]
    private let patience: Duration

    init(from section: inout SettingsSection, common: CommonSettings) {
        let judges = section.choiceList(
            "judges", default: Part.allCases,
            help: "What is held against its thresholds; the rest is reported alone, where memory_usage or disk_space judges it.")
        let cpu = section.thresholds(
            "cpu", default: .percent(warning: 80), upTo: 100,
            help: "Share of the processors' time that was used since the look before, in percent.")
        let load = section.thresholds(
            "load", default: Thresholds(),
            help: "Load of one minute for each processor; it counts tasks that wait for a disk, so none is set by itself.")
        let memory = section.thresholds(
            "memory", default: .percent(warning: 85), upTo: 100, help: "Share of the memory that programs cannot have any more, in percent."
        )
        let disk = section.thresholds(
            "disk", default: .percent(warning: 90), upTo: 100, help: "Used share of each disk, in percent, as df has it.")
        paths = section.textList(
            "paths", of: .absolutePath, default: ["/"], help: "The disks that hold these paths are looked at.")
        self.cpu = judges.contains(.cpu) ? cpu : Thresholds()
        self.load = judges.contains(.load) ? load : Thresholds()
        self.memory = judges.contains(.memory) ? memory : Thresholds()
        self.disk = judges.contains(.disk) ? disk : Thresholds()
        Self.refuseIdle(judges, in: &section)
        patience = common.deadline
        deadline = common.deadline + DiskReader.reserve
    }

    /// Thresholds that nothing is held against look as if they were there.
    private static func refuseIdle(_ judges: [Part], in section: inout SettingsSection) {
        for part in Part.allCases where !judges.contains(part) && section.contains(part.rawValue) {
            section.report(
                .error, at: part.rawValue, part: .key,
                problem: "\(section.place(part.rawValue)) counts only with \(part.rawValue) in judges",
                fix: "take the line out, or add \(part.rawValue) to judges")
        }
    }

    var targets: [String] { ["cpu", "load", "memory"] + paths.map { "disk \($0)" } }

    func look(_ scene: CheckScene, memory kept: inout SampleLine<CPUTimes>?) -> [WireEvent.Check] {
        let disks = DiskReader.begin(paths, root: scene.root)
        var results: [WireEvent.Check] = []
        do throws(ReadError) {
            let path = scene.root + "/proc/stat"
            guard let (times, cores) = CPUTimes.read(try SmallFile.text(path)) else {
                throw ReadError(path: path, reason: "it has no line cpu with 8 numbers")
            }
            results.append(processors(times, cores, scene, &kept))
            results.append(try loads(scene, cores: cores))
        } catch {
            results += ["cpu", "load"].dropFirst(results.count).map { WireEvent.Check(Self.name, $0, unknown: "\(error)") }
        }
        results.append(MemoryUsage.machine(Self.name, scene, memory))
        return results + disks.readings(patience: patience).map(judged)
    }

    private func processors(_ times: CPUTimes, _ cores: Int, _ scene: CheckScene, _ kept: inout SampleLine<CPUTimes>?) -> WireEvent.Check {
        var line = kept ?? SampleLine()
        defer { kept = line }
        var inputs = ["cpu_cores": String(cores), "now": times.text, "rule": Self.cpuRule]
        do throws(SampleGap) {
            let window = try line.window(in: scene).get()
            inputs["before"] = window.from.text
            let passed: CPUTimes
            do throws(SampleGap) {
                passed = try times.since(window.from)
            } catch {
                line.beginAnew(with: times, in: scene)
                throw error
            }
            line.add(times, in: scene)
            guard let busy = passed.percent(passed.busy) else { throw .backwards("the time of /proc/stat") }
            inputs["difference"] = passed.text
            inputs["steal_percent"] = passed.percent(passed[.steal])?.shortText
            inputs["iowait_percent"] = passed.percent(passed[.iowait])?.shortText
            var result = WireEvent.Check(Self.name, "cpu", value: busy, unit: "%", by: cpu, inputs: inputs)
            result.windowSeconds = window.seconds
            return result
        } catch {
            line.add(times, in: scene)
            return WireEvent.Check(Self.name, "cpu", unknown: error.reason, inputs: inputs)
        }
    }

    private static let cpuRule =
        "differences of the cpu line of /proc/stat (user nice system idle iowait irq softirq steal): 100 x (all - idle - iowait) / all"

    private func loads(_ scene: CheckScene, cores: Int) throws(ReadError) -> WireEvent.Check {
        let path = scene.root + "/proc/loadavg"
        guard let average = LoadAverage(try SmallFile.text(path)) else {
            throw ReadError(path: path, reason: "it does not begin with three numbers")
        }
        let inputs = [
            "load_1": average.one.shortText, "load_5": average.five.shortText, "load_15": average.fifteen.shortText,
            "cpu_cores": String(cores), "rule": "load_1 / cpu_cores, of /proc/loadavg and /proc/stat",
        ]
        return WireEvent.Check(Self.name, "load", value: average.one / Double(cores), unit: "per core", by: load, inputs: inputs)
    }

    private func judged(_ reading: DiskReading) -> WireEvent.Check {
        reading.judged(Self.name, target: "disk \(reading.path)", by: disk)
    }
}
