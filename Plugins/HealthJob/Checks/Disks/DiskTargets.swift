import JobKit

/// The disks that a check looks at, with their thresholds: settings that `disk_space` and `inodes` have in common.
struct DiskTargets: Sendable {
    /// Of those that are found by themselves so many are looked at.
    private static let most = 64

    let patience: Duration
    private let thresholds: Thresholds
    private let paths: [String]
    private let own: [String: Thresholds]

    init(from section: inout SettingsSection, common: CommonSettings) {
        patience = common.deadline
        let thresholds = section.thresholds(default: .percent(warning: 90), upTo: 100)
        let paths = section.textList(
            "paths", of: .absolutePath,
            help: "The disks that hold these paths are looked at, each once; without paths and mounts, every disk that is mounted.")
        let help = "Further paths, each with a result and thresholds of its own: /srv: {warning: 95}."
        let mounts = section.sectionMap("mounts", help: help) { path, section in
            if !path.isEmpty, !path.hasPrefix("/") {
                section.report(
                    .error, at: "warning", part: .key, problem: "\(section.place()) must be named by an absolute path",
                    fix: "write /\(path), or the path that is meant")
            }
            return (path, section.thresholds(default: thresholds, upTo: 100))
        }
        self.thresholds = thresholds
        let own = Dictionary(mounts) { _, last in last }
        self.own = own
        self.paths = paths.filter { own[$0] == nil } + mounts.map(\.0)
    }

    /// What the settings name; empty when it is looked for.
    var named: [String] { paths }

    func thresholds(of path: String) -> Thresholds { own[path] ?? thresholds }

    /// Asks them all.
    func readings(root: String) -> Result<[DiskReading], ReadError> {
        let table = DiskReader.table(root: root)
        if !paths.isEmpty {
            // Another's result would be held against another's thresholds.
            return .success(DiskReader(paths, alone: Set(own.keys), table: table).readings(patience: patience))
        }
        return table.map { found in
            let points = found.storage.map(\.point)
            let readings = DiskReader(Array(points.prefix(Self.most)), table: table).readings(patience: patience)
            return readings + Self.leftOut(points.dropFirst(Self.most))
        }
    }

    /// What is not looked at is not known, and not silently well.
    private static func leftOut(_ points: ArraySlice<String>) -> [DiskReading] {
        guard let first = points.first else { return [] }
        let reason = "\(points.count) more than \(most) disks are mounted, such as \(first): name those that matter in paths"
        return [DiskReading(path: "further disks", state: .unknown(reason))]
    }
}
