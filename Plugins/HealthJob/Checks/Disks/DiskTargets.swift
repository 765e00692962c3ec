import JobKit

/// The disks that a check looks at, with their thresholds: settings that `disk_space` and `inodes` have in common.
struct DiskTargets: Sendable {
    /// A mount that is found by itself is none of these.
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
        let mounts = section.sectionMap("mounts", help: "Further paths, each with thresholds of its own: /srv: {warning: 95}.") {
            path, section in
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
        if !paths.isEmpty { return .success(DiskReader(paths, table: table).readings(patience: patience)) }
        return table.map { found in
            DiskReader(found.storage.prefix(Self.most).map(\.point), table: table).readings(patience: patience)
        }
    }
}
