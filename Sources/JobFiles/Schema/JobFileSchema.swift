package import FoundationEssentials
package import JobKit

/// The JSON Schema of job files, for editors: made from the same declarations that read them.
package enum JobFileSchema {
    /// The keys of a job file, in order.
    package static var keys: [SettingDeclaration] { JobKeys.declarations }

    /// The schema as JSON text.
    /// - Parameter kinds: those that `uses:` may name; each brings the schema of its `with:`.
    package static func document(kinds: [KindDescription]) throws -> Data {
        let kinds = kinds.sorted { $0.kind < $1.kind }
        let base = SettingSchema.section(keys, replacing: ["secrets": secrets, "uses": uses(kinds)])
        let definitions = kinds.map { ("with-\($0.kind)", with($0)) } + [("variable", SettingSchema.variableDefinition)]
        let head = [
            ("$schema", SchemaNode.text("https://json-schema.org/draft/2020-12/schema")),
            ("title", SchemaNode.text("A job file of acore-sched")),
        ].map { ConfigNode.Entry(key: $0.0, value: $0.1) }
        let tail = [("allOf", SchemaNode.list(kinds.map(rule))), ("$defs", SchemaNode.object(definitions))]
            .filter { $0.1.list?.isEmpty != true }.map { ConfigNode.Entry(key: $0.0, value: $0.1) }
        return try FindingReport.encode(ConfigNode(.mapping(head + (base.entries ?? []) + tail)))
    }

    private static func uses(_ kinds: [KindDescription]) -> ConfigNode {
        var entries = [("description", SchemaNode.text("The kind of job."))]
        if !kinds.isEmpty { entries.append(("enum", SchemaNode.texts(kinds.map(\.kind)))) }
        return SchemaNode.object(entries)
    }

    private static func with(_ kind: KindDescription) -> ConfigNode {
        var entries = SettingSchema.section(kind.settings).entries ?? []
        entries.append(ConfigNode.Entry(key: "description", value: SchemaNode.text(kind.summary)))
        if let program = kind.program {
            let choices = [program.argv, program.shell].map { SchemaNode.object([("required", SchemaNode.texts([$0]))]) }
            entries.append(ConfigNode.Entry(key: "oneOf", value: SchemaNode.list(choices)))
        }
        return ConfigNode(.mapping(entries))
    }

    /// If `uses` names the kind, then `with` follows its schema.
    private static func rule(for kind: KindDescription) -> ConfigNode {
        let names = SchemaNode.object([("uses", SchemaNode.object([("const", SchemaNode.text(kind.kind))]))])
        let condition = SchemaNode.object([("properties", names), ("required", SchemaNode.texts(["uses"]))])
        let with = SchemaNode.object([("with", SchemaNode.object([("$ref", SchemaNode.text("#/$defs/with-\(kind.kind)"))]))])
        var consequence = [("properties", with)]
        let needsWith = kind.program != nil || kind.settings.contains(where: \.required)
        if needsWith { consequence.append(("required", SchemaNode.texts(["with"]))) }
        return SchemaNode.object([("if", condition), ("then", SchemaNode.object(consequence))])
    }

    /// `NAME: secret:SOURCE` or `NAME: {from: secret:SOURCE, as: env}`.
    private static var secrets: ConfigNode {
        let source = SchemaNode.object([
            ("type", SchemaNode.text("string")), ("pattern", SchemaNode.text("^secret:[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$|\\$\\{")),
        ])
        let form = SchemaNode.object([("enum", SchemaNode.texts(["file", "env"])), ("default", SchemaNode.text("file"))])
        let long = SchemaNode.object([
            ("type", SchemaNode.text("object")), ("properties", SchemaNode.object([("from", source), ("as", form)])),
            ("required", SchemaNode.texts(["from"])), ("additionalProperties", SchemaNode.flag(false)),
        ])
        let help = keys.first { $0.name == "secrets" }?.help ?? ""
        return SchemaNode.object([
            ("type", SchemaNode.text("object")), ("description", SchemaNode.text(help)),
            (
                "propertyNames",
                SchemaNode.object([("pattern", SchemaNode.text("^[A-Za-z_][A-Za-z0-9_]*$"))])
            ),
            ("additionalProperties", SchemaNode.object([("anyOf", SchemaNode.list([source, long]))])),
        ])
    }
}
