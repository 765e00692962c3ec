import JobKit

/// A check that a section of the settings sets up: the section's name is the check's, and the check runs when it is there.
protocol SectionCheck: HealthCheck {
    /// For the reference page and the editor.
    static var help: String { get }
    /// Whether it belongs to the checks of a job without any section. Such a check needs no setting and is of use on every machine.
    static var isUsual: Bool { get }
    /// Reads the check's own settings.
    init(from section: inout SettingsSection, common: CommonSettings)
}

extension SectionCheck {
    /// The check as its section sets it up; nil when it is left out.
    static func read(from section: inout SettingsSection, common: CommonSettings) -> Self? {
        let check = section.section(name, help: help) { Self(from: &$0, common: common) }
        if check == nil, section.contains(name) {
            section.report(
                .error, at: name, part: .key, problem: "\(section.place(name)) is empty",
                fix: "write \(name): {} for its defaults, or leave the line out")
        }
        return check
    }

    /// The check with nothing but defaults.
    static func standard(common: CommonSettings) -> Self {
        var section = SettingsSection(ConfigNode(.mapping([])), at: [])
        return Self(from: &section, common: common)
    }
}
