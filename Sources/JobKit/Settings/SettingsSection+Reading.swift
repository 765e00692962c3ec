extension SettingsSection {
    /// `true` or `false`.
    public mutating func flag(_ name: String, default standard: Bool, help: String) -> Bool {
        if passesOver(name) { return standard }
        let node = read(SettingDeclaration(name: name, type: .flag, standard: ConfigNode(.flag(standard)), help: help))
        if case .flag(let flag) = node?.value { return flag }
        return standard
    }

    /// A whole number.
    public mutating func integer(_ name: String, in range: ClosedRange<Int>, default standard: Int, help: String) -> Int {
        if passesOver(name) { return standard }
        let type = SettingType.integer(Int64(range.lowerBound)...Int64(range.upperBound))
        let node = read(SettingDeclaration(name: name, type: type, standard: ConfigNode(.integer(Int64(standard))), help: help))
        return node?.integer.map(Int.init) ?? standard
    }

    /// A whole number that may be left out.
    public mutating func optionalInteger(_ name: String, in range: ClosedRange<Int>, help: String) -> Int? {
        if passesOver(name) { return nil }
        let type = SettingType.integer(Int64(range.lowerBound)...Int64(range.upperBound))
        return read(SettingDeclaration(name: name, type: type, help: help))?.integer.map(Int.init)
    }

    /// Text; see ``SettingType/TextForm`` for the forms.
    public mutating func text(_ name: String, form: SettingType.TextForm = .line, default standard: String, help: String) -> String {
        if passesOver(name) { return standard }
        let node = read(SettingDeclaration(name: name, type: .text(form), standard: ConfigNode(.text(standard)), help: help))
        return node?.text ?? standard
    }

    /// Text that may be left out.
    public mutating func optionalText(_ name: String, form: SettingType.TextForm = .line, help: String) -> String? {
        if passesOver(name) { return nil }
        return read(SettingDeclaration(name: name, type: .text(form), help: help))?.text
    }

    /// Text that must be there; empty when it is not, and then there is an error among the findings.
    public mutating func requiredText(_ name: String, form: SettingType.TextForm = .line, help: String) -> String {
        read(SettingDeclaration(name: name, type: .text(form), required: true, help: help))?.text ?? ""
    }

    /// One of the words of an enum.
    public mutating func choice<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, default standard: Word, help: String
    ) -> Word {
        if passesOver(name) { return standard }
        let type = SettingType.choice(Word.allCases.map(\.rawValue))
        let node = read(SettingDeclaration(name: name, type: type, standard: ConfigNode(.text(standard.rawValue)), help: help))
        return node?.text.flatMap(Word.init(rawValue:)) ?? standard
    }

    /// A span of time.
    public mutating func duration(
        _ name: String, in range: ClosedRange<Duration>, default standard: Duration, help: String
    ) -> Duration {
        if passesOver(name) { return standard }
        let node = read(
            SettingDeclaration(
                name: name, type: .duration(range.milliseconds), standard: ConfigNode(.text(standard.settingText)), help: help))
        return node?.text.flatMap(Duration.init(settingText:)) ?? standard
    }

    /// A span of time that may be left out.
    public mutating func optionalDuration(_ name: String, in range: ClosedRange<Duration>, help: String) -> Duration? {
        if passesOver(name) { return nil }
        return read(SettingDeclaration(name: name, type: .duration(range.milliseconds), help: help))?.text.flatMap(
            Duration.init(settingText:))
    }

    /// A size that may be left out.
    public mutating func optionalBytes(_ name: String, in range: ClosedRange<ByteCount>, help: String) -> ByteCount? {
        if passesOver(name) { return nil }
        let type = SettingType.bytes(range.lowerBound.bytes...range.upperBound.bytes)
        return read(SettingDeclaration(name: name, type: type, help: help))?.text.flatMap(ByteCount.init(text:))
    }

    /// A size.
    public mutating func bytes(_ name: String, in range: ClosedRange<ByteCount>, default standard: ByteCount, help: String) -> ByteCount {
        if passesOver(name) { return standard }
        let type = SettingType.bytes(range.lowerBound.bytes...range.upperBound.bytes)
        let written = ConfigNode(.text(standard.settingText))
        return read(SettingDeclaration(name: name, type: type, standard: written, help: help))?.text.flatMap(ByteCount.init(text:))
            ?? standard
    }

    /// A share in percent that may be left out.
    public mutating func optionalPercent(_ name: String, in range: ClosedRange<Int>, help: String) -> Int? {
        if passesOver(name) { return nil }
        let type = SettingType.percent(Int64(range.lowerBound)...Int64(range.upperBound))
        return read(SettingDeclaration(name: name, type: type, help: help))?.text.flatMap { Int($0.dropLast()) }
    }

    /// A list of text; with `orSingle` a lone text stands for a list of one.
    public mutating func textList(
        _ name: String, of form: SettingType.TextForm = .line, orSingle: Bool = false, default standard: [String] = [], help: String
    ) -> [String] {
        if passesOver(name) { return standard }
        let written = standard.isEmpty ? nil : ConfigNode(.list(standard.map { ConfigNode(.text($0)) }))
        let node = read(SettingDeclaration(name: name, type: .list(of: .text(form), orSingle: orSingle), standard: written, help: help))
        return node?.list?.compactMap(\.text) ?? standard
    }

    /// A list of words of an enum; a lone word stands for a list of one.
    public mutating func choiceList<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, default standard: [Word] = [], help: String
    ) -> [Word] {
        if passesOver(name) { return standard }
        let type = SettingType.list(of: .choice(Word.allCases.map(\.rawValue)), orSingle: true)
        let written = standard.isEmpty ? nil : ConfigNode(.list(standard.map { ConfigNode(.text($0.rawValue)) }))
        let node = read(SettingDeclaration(name: name, type: type, standard: written, help: help))
        return node?.list?.compactMap(\.text).compactMap(Word.init(rawValue:)) ?? standard
    }

    /// A list of whole numbers.
    public mutating func integerList(_ name: String, in range: ClosedRange<Int>, default standard: [Int], help: String) -> [Int] {
        if passesOver(name) { return standard }
        let type = SettingType.list(of: .integer(Int64(range.lowerBound)...Int64(range.upperBound)), orSingle: true)
        let written = ConfigNode(.list(standard.map { ConfigNode(.integer(Int64($0))) }))
        let node = read(SettingDeclaration(name: name, type: type, standard: written, help: help))
        return node?.list?.compactMap(\.integer).map(Int.init) ?? standard
    }

    /// Names that the file's author chooses, each with a text, in the order of the file.
    public mutating func textMap(
        _ name: String, of form: SettingType.TextForm = .any, required: Bool = false, help: String
    ) -> [(name: String, value: String)] {
        let node = read(SettingDeclaration(name: name, type: .map(of: .text(form)), required: required, help: help))
        return node?.entries?.compactMap { entry in entry.value.text.map { (entry.key, $0) } } ?? []
    }

    /// Settings of their own below `name`.
    /// - Returns: nil when the section is left out.
    public mutating func section<Content>(_ name: String, help: String, read body: (inout SettingsSection) -> Content) -> Content? {
        if passesOver(name) { return nil }
        guard let node = readAsIs(SettingDeclaration(name: name, type: .section(declarations(of: name, body)), help: help)) else {
            return nil
        }
        var section = SettingsSection(node, at: path + [name])
        let content = body(&section)
        adopt(section.finish())
        return content
    }

    /// Names that the file's author chooses, each with settings of their own, in the order of the file.
    public mutating func sectionMap<Content>(
        _ name: String, help: String, read body: (_ name: String, inout SettingsSection) -> Content
    ) -> [Content] {
        if passesOver(name) { return [] }
        let declared = declarations(of: name) { section in body("", &section) }
        guard let node = readAsIs(SettingDeclaration(name: name, type: .map(of: .section(declared)), help: help)) else { return [] }
        guard let entries = node.entries else {
            let place = Finding.name(of: path + [name])
            report(
                .error, at: name, problem: "\(place) must be a mapping of names to settings, not \(node.shown)",
                fix: "write name: {setting: value}, one a line, indented below it")
            return []
        }
        return entries.map { entry in
            var section = SettingsSection(entry.value, at: path + [name, entry.key])
            let content = body(entry.key, &section)
            adopt(section.finish())
            return content
        }
    }

    /// What the body of a section declares; a section that reads has no use for it.
    private func declarations<Content>(of name: String, _ body: (inout SettingsSection) -> Content) -> [SettingDeclaration] {
        guard describing else { return [] }
        var described = SettingsSection(describingAt: path + [name])
        _ = body(&described)
        return described.declarations
    }

    /// Declares with the full type, but leaves the checking to the body that reads the section.
    private mutating func readAsIs(_ declaration: SettingDeclaration) -> ConfigNode? {
        declareOnly(declaration)
        return node(named: declaration.name)
    }
}

extension ConfigNode {
    fileprivate var integer: Int64? {
        if case .integer(let integer) = value { integer } else { nil }
    }
}

extension ClosedRange where Bound == Duration {
    fileprivate var milliseconds: ClosedRange<Int64> { lowerBound.wholeMilliseconds...upperBound.wholeMilliseconds }
}
