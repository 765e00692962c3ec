/// One mapping of settings while it is read: each reading line also declares its setting.
///
/// Without a node it only declares: that is how `describe` and the schema come from the lines that read.
public struct SettingsSection {
    /// Keys from the root of the file to this section.
    public let path: [String]
    /// The settings declared so far, in the order of the lines; none in a section that reads.
    public private(set) var declarations: [SettingDeclaration] = []
    /// What is wrong so far.
    public private(set) var findings: [Finding] = []

    private let entries: [ConfigNode.Entry]
    /// The names of all settings so far.
    private var known: [String] = []
    let describing: Bool
    /// Whether settings that are left out stay absent, instead of coming back with their standard value.
    var keepsOnlyWritten = false

    /// A section that reads `node`. A node that is empty reads as a section without lines.
    public init(_ node: ConfigNode, at path: [String]) {
        self.path = path
        describing = false
        known.reserveCapacity(32)
        switch node.value {
        case .mapping(let entries): self.entries = entries
        case .null: entries = []
        case .flag, .integer, .number, .text, .list:
            entries = []
            findings = [
                Finding(
                    .error, at: path, problem: "\(Finding.name(of: path)) must be a mapping of settings, not \(node.shown)",
                    fix: "write setting: value, one a line, indented below it")
            ]
        }
    }

    /// A section that only declares.
    public init(describingAt path: [String] = []) {
        self.path = path
        entries = []
        describing = true
    }

    /// Whether a line for `name` is there, also when its value does not fit.
    public func contains(_ name: String) -> Bool { entries.contains { $0.key == name } }

    /// Declares a setting and reads it.
    /// - Returns: the value that fits its type; the standard value when the line is left out; nil when there is none or it does not fit.
    public mutating func read(_ declaration: SettingDeclaration) -> ConfigNode? {
        declareOnly(declaration)
        guard let entry = entries.first(where: { $0.key == declaration.name }), entry.value.value != .null else {
            if declaration.required, !describing { reportMissing(declaration) }
            return keepsOnlyWritten ? nil : declaration.standard
        }
        var check = SettingCheck(keepsOnlyWritten: keepsOnlyWritten)
        let value = check.checked(entry.value, as: declaration.type, at: path + [declaration.name])
        findings += check.findings.map { withStandard($0, of: declaration) }
        return value
    }

    /// Adds a declaration without reading, for a line whose value something else reads.
    mutating func declareOnly(_ declaration: SettingDeclaration) {
        known.append(declaration.name)
        if describing { declarations.append(declaration) }
    }

    /// Whether a reading section has no line for `name`; then the name is noted and nothing needs to be declared.
    mutating func passesOver(_ name: String) -> Bool {
        guard !describing, !contains(name) else { return false }
        known.append(name)
        return true
    }

    /// The value of the line for `name` as it stands; nil when there is none or it is empty.
    func node(named name: String) -> ConfigNode? {
        entries.first { $0.key == name && $0.value.value != .null }?.value
    }

    /// Adds a finding about the setting `name`, for rules that its type cannot tell.
    /// - Parameter offset: characters from the value's first one to the fault, from 0.
    public mutating func report(
        _ severity: Finding.Severity, at name: String, part: Finding.Part = .value, offset: Int? = nil, problem: String, fix: String
    ) {
        guard !describing else { return }
        findings.append(Finding(severity, at: path + [name], part: part, offset: offset, problem: problem, fix: fix))
    }

    /// Takes over findings of something else that read a part of this section.
    public mutating func adopt(_ others: [Finding]) { findings += others }

    /// Ends the reading: lines that no setting was declared for become errors.
    /// - Returns: all findings of this section.
    public mutating func finish() -> [Finding] {
        for entry in entries where !known.contains(entry.key) {
            let nearest = Suggestion.nearest(to: entry.key, among: known)
            findings.append(
                Finding(
                    .error, at: path + [entry.key], part: .key,
                    problem: "\(Finding.name(of: path)) has no setting named \(entry.key)",
                    fix: nearest.map { "did you mean \($0)?" } ?? "the settings here are \(known.joined(separator: ", "))"))
        }
        return findings
    }

    private mutating func reportMissing(_ declaration: SettingDeclaration) {
        findings.append(
            Finding(
                .error, at: path, problem: "\(Finding.name(of: path)) lacks \(declaration.name)",
                fix: "add \(declaration.name): \(declaration.type.sample) (\(declaration.help))"))
    }

    private func withStandard(_ finding: Finding, of declaration: SettingDeclaration) -> Finding {
        guard finding.path == path + [declaration.name], !finding.fix.hasPrefix("did you mean"),
            let standard = declaration.standard?.scalarText, !standard.isEmpty
        else { return finding }
        var longer = finding
        longer.fix += "; leave the line out for the default \(standard)"
        return longer
    }
}
