import JobKit

/// The JSON Schema (draft 2020-12) of one setting, made from its declaration.
enum SettingSchema {
    /// Any value may come from a variable, and then the editor cannot know more.
    private static let variable = SchemaNode.object([("$ref", SchemaNode.text("#/$defs/variable"))])

    /// What `#/$defs/variable` must be.
    static let variableDefinition = SchemaNode.object([("type", SchemaNode.text("string")), ("pattern", SchemaNode.text("\\$\\{"))])

    /// The schema of a mapping of settings.
    static func section(_ declarations: [SettingDeclaration], replacing special: [String: ConfigNode] = [:]) -> ConfigNode {
        let properties = declarations.map { declaration in (declaration.name, special[declaration.name] ?? property(declaration)) }
        var entries = [
            ("type", SchemaNode.text("object")), ("properties", SchemaNode.object(properties)),
            ("additionalProperties", SchemaNode.flag(false)),
        ]
        let required = declarations.filter(\.required).map(\.name)
        if !required.isEmpty { entries.append(("required", SchemaNode.texts(required))) }
        return SchemaNode.object(entries)
    }

    /// The schema of a setting with its help and default.
    static func property(_ declaration: SettingDeclaration) -> ConfigNode {
        var entries = schema(of: declaration.type).entries ?? []
        entries.append(ConfigNode.Entry(key: "description", value: SchemaNode.text(declaration.help)))
        if let standard = declaration.standard { entries.append(ConfigNode.Entry(key: "default", value: standard)) }
        return ConfigNode(.mapping(entries))
    }

    private static func schema(of type: SettingType) -> ConfigNode {
        switch type {
        case .anything: SchemaNode.object([])
        case .flag: orVariable([("type", SchemaNode.text("boolean"))])
        case .integer(let range): orVariable([("type", SchemaNode.text("integer"))] + bounds(range))
        case .number(let range): orVariable([("type", SchemaNode.text("number"))] + bounds(range))
        case .text(let form): text(form)
        case .choice(let choices): orVariable([("enum", SchemaNode.texts(choices))])
        case .duration:
            orVariable(pattern("^(?=.)([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"))
        case .bytes:
            SchemaNode.object([
                (
                    "anyOf",
                    SchemaNode.list([
                        SchemaNode.object([("type", SchemaNode.text("integer")), ("minimum", SchemaNode.integer(0))]),
                        SchemaNode.object(pattern("^[0-9]+(\\.[0-9]+)?([KMGT](iB)?)?$")), variable,
                    ])
                )
            ])
        case .percent: orVariable(pattern("^[0-9]+%$"))
        case .list(let element, let orSingle): list(of: element, orSingle: orSingle)
        case .map(let element): SchemaNode.object([("type", SchemaNode.text("object")), ("additionalProperties", schema(of: element))])
        case .section(let declarations): section(declarations)
        }
    }

    private static func list(of element: SettingType, orSingle: Bool) -> ConfigNode {
        let array = SchemaNode.object([("type", SchemaNode.text("array")), ("items", schema(of: element))])
        return orSingle ? SchemaNode.object([("anyOf", SchemaNode.list([schema(of: element), array]))]) : array
    }

    private static func text(_ form: SettingType.TextForm) -> ConfigNode {
        let scalar = ("type", SchemaNode.texts(["string", "number", "boolean"]))
        return switch form {
        case .any: SchemaNode.object([scalar])
        case .line: SchemaNode.object([scalar, ("pattern", SchemaNode.text("^[^\\r\\n]+$"))])
        case .absolutePath: orVariable(pattern("^/"))
        case .name: orVariable([scalar, ("pattern", SchemaNode.text("^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$"))])
        case .variable: orVariable(pattern("^[A-Za-z_][A-Za-z0-9_]*$"))
        case .webAddress: orVariable(pattern("^https?://"))
        }
    }

    private static func pattern(_ pattern: String) -> [(String, ConfigNode)] {
        [("type", SchemaNode.text("string")), ("pattern", SchemaNode.text(pattern))]
    }

    private static func bounds(_ range: ClosedRange<Int64>) -> [(String, ConfigNode)] {
        var bounds: [(String, ConfigNode)] = []
        if range.lowerBound != .min { bounds.append(("minimum", SchemaNode.integer(range.lowerBound))) }
        if range.upperBound != .max { bounds.append(("maximum", SchemaNode.integer(range.upperBound))) }
        return bounds
    }

    private static func bounds(_ range: ClosedRange<Double>) -> [(String, ConfigNode)] {
        var bounds: [(String, ConfigNode)] = []
        if range.lowerBound.isFinite { bounds.append(("minimum", ConfigNode(.number(range.lowerBound)))) }
        if range.upperBound.isFinite { bounds.append(("maximum", ConfigNode(.number(range.upperBound)))) }
        return bounds
    }

    private static func orVariable(_ entries: [(String, ConfigNode)]) -> ConfigNode {
        SchemaNode.object([("anyOf", SchemaNode.list([SchemaNode.object(entries), variable]))])
    }
}
