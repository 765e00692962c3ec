import JobKit

/// Values and types of settings as people write them.
enum SettingText {
    /// A value on one line: `full`, `[a, b]`, `{data: /srv}`.
    static func inline(_ node: ConfigNode) -> String {
        switch node.value {
        case .null: "-"
        case .flag(let flag): String(flag)
        case .integer(let integer): String(integer)
        case .number(let number): String(number)
        case .text(let text): plain(text)
        case .list(let list): "[\(list.map(inline).joined(separator: ", "))]"
        case .mapping(let entries): "{\(entries.map { "\(plain($0.key)): \(inline($0.value))" }.joined(separator: ", "))}"
        }
    }

    /// A text as it is, in quotes where it would look like nothing or like something else.
    private static func plain(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.first != " " && text.last != " " && !text.contains { ",[]{}\"".contains($0) || $0.isNewline }
        guard !isPlain else { return EventText.harmless(text) }
        let escaped = text.map { $0 == "\"" ? "\\\"" : $0.isNewline ? "\\n" : String($0) }.joined()
        return "\"\(EventText.harmless(escaped))\""
    }

    /// What a setting accepts, in words.
    static func words(_ type: SettingType) -> String {
        switch type {
        case .flag: "true or false"
        case .integer(let range): "a whole number" + bounds(range) { String($0) }
        case .number(let range): "a number" + (range.upperBound.isFinite ? " from \(range.lowerBound) to \(range.upperBound)" : "")
        case .text(let form): words(form)
        case .choice(let choices): choices.count == 1 ? choices[0] : "one of " + choices.joined(separator: ", ")
        case .duration(let range): "a duration such as 1h30m" + bounds(range) { Duration.milliseconds($0).settingText }
        case .bytes(let range): "a size such as 512M" + bounds(range) { ByteCount($0).settingText }
        case .percent(let range): "a share" + bounds(range) { "\($0)%" }
        case .list(let element, let orSingle): "a list, each \(words(element))" + (orSingle ? "; or one alone" : "")
        case .map(let element): "names of your choice, each with \(words(element))"
        case .section: "a section"
        case .anything: "anything"
        }
    }

    private static func words(_ form: SettingType.TextForm) -> String {
        switch form {
        case .any: "a text"
        case .line: "a text of one line"
        case .absolutePath: "an absolute path"
        case .name: "a name (letters, digits, . _ -)"
        case .variable: "a name for a variable"
        case .webAddress: "an address (http:// or https://)"
        }
    }

    private static func bounds(_ range: ClosedRange<Int64>, _ text: (Int64) -> String) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): ""
        case (let low, .max): ", at least \(text(low))"
        case (.min, let high): ", at most \(text(high))"
        case (let low, let high): " from \(text(low)) to \(text(high))"
        }
    }
}
