/// The settings of a kind, read from the `with:` section of a job file.
///
/// Every setting is read by a line that also declares it, and every line is reached always:
/// parsing, findings, schema and reference page come from the same lines.
public protocol JobSettings: Sendable {
    /// Reads each setting; what is wrong becomes a finding of `section`, and the value is then not used.
    init(from section: inout SettingsSection)
    /// Whether ``init(from:)`` reports more than its declarations say; true by itself.
    static var hasRules: Bool { get }
}

extension JobSettings {
    /// Most kinds have a rule or two.
    public static var hasRules: Bool { true }
}
