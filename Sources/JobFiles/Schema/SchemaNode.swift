import JobKit

/// Short ways to write JSON.
enum SchemaNode {
    static func object(_ entries: [(String, ConfigNode)]) -> ConfigNode {
        ConfigNode(.mapping(entries.map { ConfigNode.Entry(key: $0.0, value: $0.1) }))
    }

    static func list(_ elements: [ConfigNode]) -> ConfigNode { ConfigNode(.list(elements)) }
    static func text(_ text: String) -> ConfigNode { ConfigNode(.text(text)) }
    static func texts(_ texts: [String]) -> ConfigNode { list(texts.map(text)) }
    static func flag(_ flag: Bool) -> ConfigNode { ConfigNode(.flag(flag)) }
    static func integer(_ value: Int64) -> ConfigNode { ConfigNode(.integer(value)) }
}
