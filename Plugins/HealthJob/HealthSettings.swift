package import JobKit

/// The settings of a health job: a section for each check that it runs, and what is done about units whose checks stay critical.
package struct HealthSettings: JobSettings {
    /// In the registry's order.
    let checks: [any HealthCheck]
    let common: CommonSettings
    /// Nil for a job that looks and does nothing.
    let remediation: RemediationSettings?

    package init(from section: inout SettingsSection) {
        let common = CommonSettings(from: &section)
        var named: [any HealthCheck] = []
        // A loop reaches the line of every check.
        for kind in CheckRegistry.all {
            if let check = kind.read(from: &section, common: common) { named.append(check) }
        }
        if named.isEmpty { named = CheckRegistry.usual.map { $0.standard(common: common) } }
        let checks = named
        remediation = section.section(RemediationSettings.name, help: RemediationSettings.help) {
            RemediationSettings(from: &$0, common: common, checks: checks)
        }
        self.checks = checks
        self.common = common
    }
}
