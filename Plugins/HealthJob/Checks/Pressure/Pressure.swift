import Glibc
import JobKit

/// For how much of the time tasks waited for processor, memory or disk: of the machine, and of units.
struct Pressure: SectionCheck {
    static let name = "pressure"
    static let help = "Share of the time in which tasks waited for processor, memory or disk; Linux with PSI."
    static let isUsual = false

    /// What is measured.
    private enum Kind: String, CaseIterable {
        case cpuSome = "cpu some"
        case memorySome = "memory some"
        case memoryFull = "memory full"
        case ioSome = "io some"
        case ioFull = "io full"

        var resource: String { String(rawValue.prefix { $0 != " " }) }

        func stall(of file: PressureFile) -> PressureFile.Stall? {
            switch self {
            case .cpuSome, .memorySome, .ioSome: file.some
            case .memoryFull, .ioFull: file.full
            }
        }
    }

    /// The totals in microseconds, by target.
    typealias Memory = SampleLine<[String: Int64]>

    let deadline: Duration
    private let thresholds: [Kind: Thresholds]
    private let units: [String]
    private let systemctl: Systemctl

    init(from section: inout SettingsSection, common: CommonSettings) {
        let words = "in percent of the time since the look before."
        var thresholds: [Kind: Thresholds] = [:]
        thresholds[.cpuSome] = section.thresholds(
            "cpu_some", default: Thresholds(warning: 40, critical: 80), upTo: 100, help: "Some task waited for a processor, \(words)")
        thresholds[.memorySome] = section.thresholds(
            "memory_some", default: Thresholds(warning: 10), upTo: 100, help: "Some task waited for memory, \(words)")
        thresholds[.memoryFull] = section.thresholds(
            "memory_full", default: Thresholds(warning: 5, critical: 20), upTo: 100, help: "All tasks waited for memory, \(words)")
        thresholds[.ioSome] = section.thresholds("io_some", default: Thresholds(), upTo: 100, help: "Some task waited for a disk, \(words)")
        thresholds[.ioFull] = section.thresholds(
            "io_full", default: Thresholds(warning: 20, critical: 50), upTo: 100, help: "All tasks waited for a disk, \(words)")
        self.thresholds = thresholds
        units = section.textList(
            "units", help: "Units of systemd that are looked at beside the machine; a name with / in front is a control group.")
        systemctl = Systemctl(program: common.systemctl, limit: common.deadline)
        deadline = common.deadline + DiskReader.reserve
    }

    var targets: [String] { ([""] + units.map { $0 + " " }).flatMap { unit in Kind.allCases.map { unit + $0.rawValue } } }

    func look(_ scene: CheckScene, memory: inout SampleLine<[String: Int64]>?) -> [WireEvent.Check] {
        var line = memory ?? SampleLine()
        let window = line.window(in: scene)
        var totals: [String: Int64] = [:]
        var results = look("", window, &totals) { "\(scene.root)/proc/pressure/\($0)" }
        if !units.isEmpty {
            let finder = CgroupFinder(units, in: scene, systemctl: systemctl)
            for unit in units {
                switch finder.group(of: unit) {
                case .failure(let gap):
                    results += Kind.allCases.map { WireEvent.Check(Self.name, "\(unit) \($0.rawValue)", unknown: gap.reason) }
                case .success(let place):
                    results += look("\(unit) ", window, &totals) { "\(place.folder(of: $0) ?? "")/\($0).pressure" }
                }
            }
        }
        line.add(totals, in: scene)
        memory = line
        return results
    }

    private func look(
        _ prefix: String, _ window: Result<SampleWindow<[String: Int64]>, SampleGap>, _ totals: inout [String: Int64],
        path: (_ resource: String) -> String
    ) -> [WireEvent.Check] {
        var files: [String: Result<PressureFile, ReadError>] = [:]
        return Kind.allCases.map { kind in
            let path = path(kind.resource)
            let file = files[kind.resource] ?? Result { () throws(ReadError) in PressureFile(try SmallFile.text(path)) }
            files[kind.resource] = file
            let target = prefix + kind.rawValue
            switch file {
            case .failure(let error): return WireEvent.Check(Self.name, target, unknown: Self.reason(error))
            case .success(let file):
                guard let stall = kind.stall(of: file) else {
                    return WireEvent.Check(
                        Self.name, target, unknown: "\(path) has no line \(kind.rawValue.split(separator: " ").last ?? "")")
                }
                totals[target] = stall.total
                return judged(stall, target, window, by: thresholds[kind] ?? Thresholds())
            }
        }
    }

    private func judged(
        _ stall: PressureFile.Stall, _ target: String, _ window: Result<SampleWindow<[String: Int64]>, SampleGap>, by thresholds: Thresholds
    ) -> WireEvent.Check {
        var inputs = [
            "avg10": stall.average10.shortText, "avg60": stall.average60.shortText, "avg300": stall.average300.shortText,
            "total_us": String(stall.total), "rule": "100 x difference of total / time between the two looks",
        ]
        do throws(SampleGap) {
            let window = try window.get()
            guard let before = window.from[target] else { throw .first }
            inputs["total_us_before"] = String(before)
            guard stall.total >= before else { throw .backwards("total") }
            let share = 100 * Double(stall.total - before) / (window.seconds * 1e6)
            var result = WireEvent.Check(Self.name, target, value: min(100, share), unit: "%", by: thresholds, inputs: inputs)
            result.windowSeconds = window.seconds
            return result
        } catch {
            return WireEvent.Check(Self.name, target, unknown: error.reason, inputs: inputs)
        }
    }

    /// Why there is no number.
    static func reason(_ error: ReadError) -> String {
        if error.code == EOPNOTSUPP { return "\(error); pressure is switched off: start the kernel with psi=1" }
        return error.isAbsent ? "\(error); the kernel has no PSI (CONFIG_PSI), or hides it" : "\(error)"
    }
}
