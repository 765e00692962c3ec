import JobKit

/// What jobs of one set have to say alike.
extension BackupSettings {
    /// Full and incremental points are one history; points of settings alone have one of their own.
    static let shared: [SharedSettings] = PointGroup.allCases.map { group in
        SharedSettings(
            name: "a set of points", key: ["repository", "set"], named: "set",
            where: ["type": PointType.allCases.filter { $0.group == group }.map(\.rawValue)],
            same: ["sources", "exclude", "one_file_system", "exclude_caches", "larger_than", "keep", "recipients", "audit_recipients"]
                + (group == .config ? ["config_sources"] : []))
    }
}
