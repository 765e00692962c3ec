import JobFiles
import JobKit

/// One key of a job's definition in force.
struct DefinitionLine {
    /// The key, with the section in front: `catch_up.mode`.
    let key: String
    let value: ConfigNode
    /// Whether the value is the one that holds without the line.
    let isDefault: Bool

    init(_ key: String, _ value: ConfigNode, isDefault: Bool) {
        self.key = key
        // A value that the file took from a variable may be the secret itself.
        self.value = DefinitionLine.masked(value, named: key.split(separator: ".").last.map(String.init) ?? key)
        self.isDefault = isDefault
    }

    /// Lines of one or more rows, without colour.
    var text: String {
        let mark = isDefault ? "  (default)" : ""
        guard let text = value.text, text.contains("\n") else { return SettingText.inline(value) + mark }
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false).map { "      " + EventText.harmless(String($0)) }
        return "|\n" + rows.joined(separator: "\n").trimmedEnd
    }

    private static func masked(_ node: ConfigNode, named name: String) -> ConfigNode {
        switch node.value {
        case .mapping(let entries):
            return ConfigNode(.mapping(entries.map { .init(key: $0.key, value: masked($0.value, named: $0.key)) }))
        case .list(let list): return ConfigNode(.list(list.map { masked($0, named: name) }))
        case .text, .integer, .number: return SecretWord.isIn(name) ? ConfigNode(.text(Secret("").description)) : node
        case .null, .flag: return node
        }
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
