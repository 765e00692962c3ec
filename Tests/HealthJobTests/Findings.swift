import JobKit

@testable import HealthJob

/// What is wrong with the settings of a check.
func findings<Check: SectionCheck>(_: Check.Type, _ settings: String) throws -> [Finding] {
    var outer = SettingsSection(ConfigNode(.mapping([])), at: ["with"])
    let common = CommonSettings(from: &outer)
    var section = SettingsSection(try node(settings), at: ["with", Check.name])
    _ = Check(from: &section, common: common)
    return section.finish()
}
