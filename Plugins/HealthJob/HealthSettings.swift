package import JobKit

/// The settings of a health job: a section for each check that it runs.
package struct HealthSettings: JobSettings {
    /// In the registry's order.
    let checks: [any HealthCheck]
    let common: CommonSettings

    package init(from section: inout SettingsSection) {
        let common = CommonSettings(from: &section)
        var named: [any HealthCheck] = []
        // A loop reaches the line of every check.
        for kind in CheckRegistry.all {
            if let check = kind.read(from: &section, common: common) { named.append(check) }
        }
        if named.isEmpty { named = CheckRegistry.usual.map { $0.standard(common: common) } }
        checks = named
        self.common = common
    }
}
