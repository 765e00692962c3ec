/// Checks a node against a type; what does not fit becomes findings.
///
/// A value that passes comes back as it was, except that a lone element which may stand for a list comes back as a list.
struct SettingCheck {
    /// Nesting below this is refused: no real job file comes near it.
    static let deepest = 32

    /// Whether sections come back without the standard values of what was left out.
    let keepsOnlyWritten: Bool
    private(set) var findings: [Finding] = []

    init(keepsOnlyWritten: Bool = false) { self.keepsOnlyWritten = keepsOnlyWritten }

    /// - Returns: nil when the node does not fit; then there is at least one error in `findings`.
    mutating func checked(_ node: ConfigNode, as type: SettingType, at path: [String]) -> ConfigNode? {
        guard path.count < Self.deepest else {
            return refuse(path, "is nested deeper than \(Self.deepest) levels", fix: "write it flatter")
        }
        switch type {
        case .anything: return node
        case .flag:
            if case .flag = node.value { return node }
            return refuse(path, "must be true or false, not \(node.shown)", fix: "write true or false, without quotes")
        case .integer(let range): return integer(node, in: range, at: path)
        case .number(let range): return number(node, in: range, at: path)
        case .text(let form): return text(node, form: form, at: path)
        case .choice(let choices): return choice(node, among: choices, at: path)
        case .duration(let range): return duration(node, in: range, at: path)
        case .bytes(let range): return bytes(node, in: range, at: path)
        case .percent(let range): return percent(node, in: range, at: path)
        case .list(let element, let orSingle): return list(node, of: element, orSingle: orSingle, at: path)
        case .map(let element): return map(node, of: element, at: path)
        case .section(let declarations): return section(node, of: declarations, at: path)
        }
    }

    mutating func refuse(_ path: [String], part: Finding.Part = .value, _ problem: String, fix: String) -> ConfigNode? {
        findings.append(Finding(.error, at: path, part: part, problem: "\(Finding.name(of: path)) \(problem)", fix: fix))
        return nil
    }

    private mutating func integer(_ node: ConfigNode, in range: ClosedRange<Int64>, at path: [String]) -> ConfigNode? {
        if case .integer(let value) = node.value, range.contains(value) { return node }
        let bounds = Self.words(for: range)
        return refuse(path, "must be a whole number\(bounds), not \(node.shown)", fix: "write a whole number\(bounds)")
    }

    private mutating func number(_ node: ConfigNode, in range: ClosedRange<Double>, at path: [String]) -> ConfigNode? {
        var value: Double?
        if case .integer(let integer) = node.value { value = Double(integer) }
        if case .number(let number) = node.value { value = number }
        if let value, range.contains(value) { return ConfigNode(.number(value), at: node.place, written: node.written) }
        let bounds = " from \(range.lowerBound) to \(range.upperBound)"
        return refuse(path, "must be a number\(bounds), not \(node.shown)", fix: "write a number\(bounds)")
    }

    private mutating func text(_ node: ConfigNode, form: SettingType.TextForm, at path: [String]) -> ConfigNode? {
        guard let text = node.scalarText else {
            return refuse(path, "must be a text, not \(node.shown)", fix: "write the text on this line, in quotes if need be")
        }
        guard !text.utf8.contains(0) else { return refuse(path, "contains a NUL character", fix: "take the NUL out") }
        guard let rule = form.complaint(about: text) else { return ConfigNode(.text(text), at: node.place) }
        return refuse(path, rule.problem, fix: rule.fix)
    }

    private mutating func choice(_ node: ConfigNode, among choices: [String], at path: [String]) -> ConfigNode? {
        if let text = node.scalarText, choices.contains(text) { return ConfigNode(.text(text), at: node.place) }
        let nearest = node.scalarText.flatMap { Suggestion.nearest(to: $0, among: choices) }
        let all = choices.joined(separator: ", ")
        return refuse(path, "must be one of \(all), not \(node.shown)", fix: nearest.map { "did you mean \($0)?" } ?? "write one of \(all)")
    }

    private mutating func duration(_ node: ConfigNode, in range: ClosedRange<Int64>, at path: [String]) -> ConfigNode? {
        guard let text = node.scalarText, let value = Duration(settingText: text) else {
            let bounds = Self.durationBounds(range)
            var fix = "write a number with its unit (ms, s, m, h, d, w), for example 90s or 1h30m"
            if case .integer(let value) = node.value { fix = "write the unit too: \(value)s for seconds, \(value)m for minutes" }
            return refuse(path, "must be a duration\(bounds), not \(node.shown)", fix: fix)
        }
        guard range.contains(value.wholeMilliseconds) else {
            let bounds = Self.durationBounds(range)
            return refuse(path, "must be a duration\(bounds), not \(text)", fix: "write a duration\(bounds)")
        }
        return ConfigNode(.text(text), at: node.place)
    }

    private mutating func bytes(_ node: ConfigNode, in range: ClosedRange<Int64>, at path: [String]) -> ConfigNode? {
        let bounds =
            " from \(ByteCount(range.lowerBound).settingText)"
            + (range.upperBound == .max ? "" : " to \(ByteCount(range.upperBound).settingText)")
        if let text = node.scalarText, let value = ByteCount(text: text), range.contains(value.bytes) {
            return ConfigNode(.text(text), at: node.place)
        }
        return refuse(path, "must be a size\(bounds), not \(node.shown)", fix: "write a number with K, M, G or T, for example 512M")
    }

    private mutating func percent(_ node: ConfigNode, in range: ClosedRange<Int64>, at path: [String]) -> ConfigNode? {
        if let text = node.scalarText, text.hasSuffix("%"), let value = Int64(text.dropLast()), range.contains(value) {
            return ConfigNode(.text(text), at: node.place)
        }
        return refuse(
            path, "must be a share from \(range.lowerBound)% to \(range.upperBound)%, not \(node.shown)",
            fix: "write a whole number and the sign, for example 80%")
    }

    private mutating func list(_ node: ConfigNode, of element: SettingType, orSingle: Bool, at path: [String]) -> ConfigNode? {
        guard let list = node.list else {
            if orSingle, node.value != .null, node.entries == nil {
                return checked(node, as: element, at: path).map { ConfigNode(.list([$0]), at: node.place) }
            }
            return refuse(
                path, "must be a list, not \(node.shown)",
                fix: "write [\(node.scalarText ?? "a, b")], or one line per element beginning with -")
        }
        let kept = list.enumerated().map { checked($1, as: element, at: path + [String($0)]) }
        return kept.contains { $0 == nil } ? nil : ConfigNode(.list(kept.compactMap { $0 }), at: node.place)
    }

    private mutating func map(_ node: ConfigNode, of element: SettingType, at path: [String]) -> ConfigNode? {
        guard let entries = node.entries else {
            return refuse(
                path, "must be a mapping of names to values, not \(node.shown)", fix: "write name: value, one a line, indented below it")
        }
        var kept: [ConfigNode.Entry] = []
        for entry in entries {
            if let value = checked(entry.value, as: element, at: path + [entry.key]) {
                kept.append(ConfigNode.Entry(key: entry.key, place: entry.place, value: value))
            }
        }
        return kept.count == entries.count ? ConfigNode(.mapping(kept), at: node.place) : nil
    }

    private mutating func section(_ node: ConfigNode, of declarations: [SettingDeclaration], at path: [String]) -> ConfigNode? {
        var section = SettingsSection(node, at: path)
        section.keepsOnlyWritten = keepsOnlyWritten
        let before = findings.count
        let kept = declarations.compactMap { declaration in
            section.read(declaration).map { ConfigNode.Entry(key: declaration.name, value: $0) }
        }
        findings += section.finish()
        return findings[before...].contains { $0.severity == .error } ? nil : ConfigNode(.mapping(kept), at: node.place)
    }

    private static func words(for range: ClosedRange<Int64>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): ""
        case (let low, .max): " of at least \(low)"
        case (let low, let high): " from \(low) to \(high)"
        }
    }

    private static func durationBounds(_ range: ClosedRange<Int64>) -> String {
        let low = Duration.milliseconds(range.lowerBound).settingText
        return range.upperBound == .max ? " of at least \(low)" : " from \(low) to \(Duration.milliseconds(range.upperBound).settingText)"
    }
}

extension ConfigNode {
    /// The value as a message quotes it, cut to a readable length. An address may be as good as a password.
    var shown: String {
        guard let text = scalarText else { return value == .null ? "nothing" : typeName }
        if text.contains("://") { return "an address" }
        return text.count > 40 ? "\"\(text.prefix(40))…\"" : (text.isEmpty ? "an empty text" : text)
    }
}
