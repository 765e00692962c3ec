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
    public var verbs: [String]
    /// For kinds that only run a program: which settings carry it.
    public var program: ProgramRole?
    /// Facts that the request must carry.
    public var needs: [String]

    /// The description of a kind written in Swift.
    public init<Kind: PluginKind>(of plugin: Kind.Type) {
        v = WireCoding.version
        kind = Kind.kind.rawValue
        summary = Kind.summary
        settings = Kind.Settings.declarations
        verbs = []
        program = (Kind.self as? any ProgramJob.Type)?.program
        needs = []
    }

    /// Reads a description; lists that are left out are empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        v = try container.decode(Int.self, forKey: .v)
        kind = try container.decode(String.self, forKey: .kind)
        summary = try container.decode(String.self, forKey: .summary)
        settings = try container.decodeIfPresent([SettingDeclaration].self, forKey: .settings) ?? []
        verbs = try container.decodeIfPresent([String].self, forKey: .verbs) ?? []
        program = try container.decodeIfPresent(ProgramRole.self, forKey: .program)
        needs = try container.decodeIfPresent([String].self, forKey: .needs) ?? []
    }

    /// Checks a `with:` section by the declarations alone; rules across settings are the plugin's own (`check`).
    public func check(_ node: ConfigNode, at path: [String]) -> [Finding] { read(node, at: path).findings }

    /// Checks a `with:` section by the declarations alone, and brings its values into the types declared.
    /// - Returns: what is written, with each scalar as its setting's type (`080` of a text stays `080`), nothing added; and the
    ///   findings, among which an error means that some of it is missing.
    public func read(_ node: ConfigNode, at path: [String]) -> (settings: ConfigNode, findings: [Finding]) {
        var section = SettingsSection(node, at: path)
        section.keepsOnlyWritten = true
        let entries = settings.compactMap { declaration in
            section.read(declaration).map { ConfigNode.Entry(key: declaration.name, value: $0) }
        }
        return (ConfigNode(.mapping(entries), at: node.place), section.finish())
    }
}
