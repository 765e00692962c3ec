/// What a plugin says of itself in answer to `describe`: one line of JSON.
public struct KindDescription: Sendable, Hashable, Codable {
    /// The wire's version that the plugin speaks.
    public var v: Int
    /// The word after `uses:`.
    public var kind: String
    /// One line for `plugins list`.
    public var summary: String
    /// The settings below `with:`.
    public var settings: [SettingDeclaration]
    /// Commands beyond `run`, for example `list`.
    public var verbs: [VerbDescription]
    /// For kinds that only run a program: which settings carry it.
    public var program: ProgramRole?
    /// Facts that the plugin asks for.
    public var needs: [Need]
    /// Whether the plugin's `check` knows rules beyond the declarations; without any it is not asked.
    public var rules: Bool
    /// What several jobs of the kind share, and have to say alike.
    public var shared: [SharedSettings]
    /// What the plugin says beyond what this release knows, a sentence each; it is left aside.
    public var unknown: [String] = []

    /// A fact that a plugin may ask for.
    public enum Need: String, Sendable, Hashable, Codable, CaseIterable {
        case lastRuns = "last_runs"
        case points
        case maintenance
    }

    private enum CodingKeys: String, CodingKey { case v, kind, summary, settings, verbs, program, needs, rules, shared }

    /// The description of a kind written in Swift.
    public init<Kind: PluginKind>(of plugin: Kind.Type) {
        v = WireCoding.version
        kind = Kind.kind.rawValue
        summary = Kind.summary
        settings = Kind.Settings.declarations
        verbs = (Kind.self as? any VerbJob.Type)?.verbs ?? []
        program = (Kind.self as? any ProgramJob.Type)?.program
        needs = Kind.needs
        rules = Kind.Settings.hasRules
        shared = Kind.shared
    }

    /// Reads a description; lists that are left out are empty, and what this release does not know is named in ``unknown``.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        v = try container.decode(Int.self, forKey: .v)
        kind = try container.decode(String.self, forKey: .kind)
        summary = try container.decode(String.self, forKey: .summary)
        settings = try container.decodeIfPresent([SettingDeclaration].self, forKey: .settings) ?? []
        program = try container.decodeIfPresent(ProgramRole.self, forKey: .program)
        rules = try container.decodeIfPresent(Bool.self, forKey: .rules) ?? true
        shared = try container.decodeIfPresent([SharedSettings].self, forKey: .shared) ?? []
        verbs = []
        needs = []
        for verb in try container.decodeIfPresent([SpokenVerb].self, forKey: .verbs) ?? [] { take(verb) }
        for need in try container.decodeIfPresent([String].self, forKey: .needs) ?? [] { take(need) }
    }

    /// The verb of this name.
    public func verb(_ name: String) -> VerbDescription? { verbs.first { $0.name == name } }

    /// A verb as it comes: its mode may be one of a later release.
    private struct SpokenVerb: Decodable {
        let name: String
        let summary: String?
        let mode: String
    }

    private mutating func take(_ spoken: SpokenVerb) {
        let words = VerbDescription.Mode.allCases.map(\.rawValue).joined(separator: " or ")
        if JobKind(rawValue: spoken.name) == nil {
            unknown.append("the verb \(spoken.name) has no name of lower-case letters, digits and -")
        } else if verb(spoken.name) != nil {
            unknown.append("the verb \(spoken.name) is listed twice")
        } else if let mode = VerbDescription.Mode(rawValue: spoken.mode) {
            verbs.append(VerbDescription(name: spoken.name, summary: spoken.summary ?? "", mode: mode))
        } else {
            unknown.append("the verb \(spoken.name) has the mode \(spoken.mode), which is not \(words)")
        }
    }

    private mutating func take(_ need: String) {
        if let known = Need(rawValue: need) {
            needs.append(known)
        } else {
            unknown.append("it needs \(need), which is none of \(Need.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    /// Checks a `with:` section by the declarations, and a program's by what holds for each program; other rules across settings are
    /// the plugin's own (`check`).
    public func check(_ node: ConfigNode, at path: [String]) -> [Finding] { read(node, at: path).findings }

    /// Checks a `with:` section as ``check(_:at:)`` does, and brings its values into the types declared.
    /// - Returns: what is written, with each scalar as its setting's type (`080` of a text stays `080`), nothing added; and the
    ///   findings, among which an error means that some of it is missing.
    public func read(_ node: ConfigNode, at path: [String]) -> (settings: ConfigNode, findings: [Finding]) {
        var section = SettingsSection(node, at: path)
        section.keepsOnlyWritten = true
        let entries = settings.compactMap { declaration in
            section.read(declaration).map { ConfigNode.Entry(key: declaration.name, value: $0) }
        }
        let read = ConfigNode(.mapping(entries), at: node.place)
        let across = program?.findings(about: node, read: read, kind: kind, at: path) ?? []
        return (read, section.finish() + across)
    }
}
