extension JobSettings {
    /// Reads the settings in `node`.
    /// - Parameter path: keys from the root of the file to the section, for the findings.
    /// - Returns: the settings, nil when there is an error among the findings.
    public static func read(from node: ConfigNode, at path: [String]) -> (settings: Self?, findings: [Finding]) {
        var section = SettingsSection(node, at: path)
        let settings = Self(from: &section)
        let findings = section.finish()
        return (findings.contains { $0.severity == .error } ? nil : settings, findings)
    }

    /// The settings that the reading lines declare.
    public static var declarations: [SettingDeclaration] {
        var section = SettingsSection(describingAt: [])
        _ = Self(from: &section)
        return section.declarations
    }
}
