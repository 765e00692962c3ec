import JobKit

/// How many of a file system's inodes are used: without a free one no file can be made, however much room there is.
struct Inodes: SectionCheck {
    static let name = "inodes"
    static let help = "How many inodes of each disk are used, as df -i says it."
    static let isUsual = true

    typealias Memory = NoMemory

    let deadline: Duration
    private let disks: DiskTargets

    init(from section: inout SettingsSection, common: CommonSettings) {
        disks = DiskTargets(from: &section, common: common)
        deadline = common.deadline + DiskReader.reserve
    }

    var targets: [String] { disks.named }

    func look(_ scene: CheckScene, memory: inout NoMemory?) -> [WireEvent.Check] {
        switch disks.readings(root: scene.root) {
        case .failure(let error): [WireEvent.Check(Self.name, unknown: "\(error)")]
        case .success(let readings): readings.map(judged)
        }
    }

    private func judged(_ reading: DiskReading) -> WireEvent.Check {
        switch reading.state {
        case .unknown(let reason): return WireEvent.Check(Self.name, reading.path, unknown: reason)
        case .known(let usage, let mount):
            let inputs = usage.inodeInputs.merging(reading.place(mount)) { own, _ in own }
            guard let percent = usage.inodePercent else {
                return WireEvent.Check(
                    Self.name, reading.path, is: .ok, reason: "not applicable: the file system makes inodes as it needs them",
                    inputs: inputs)
            }
            return WireEvent.Check(
                Self.name, reading.path, value: Double(percent), unit: "%", by: disks.thresholds(of: reading.path), inputs: inputs)
        }
    }
}
