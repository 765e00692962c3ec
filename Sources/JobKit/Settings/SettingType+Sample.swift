extension SettingType {
    /// A value that fits, as a fix shows it.
    public var sample: String {
        switch self {
        case .flag: "true"
        case .integer(let range): String(max(range.lowerBound, 1))
        case .number(let range): String(max(range.lowerBound, 1))
        case .text(.absolutePath): "/path/to/it"
        case .text(.webAddress): "https://example.org/"
        case .text(.any), .text(.line): "\"…\""
        case .text(.name), .text(.variable): "NAME"
        case .choice(let choices): choices.first ?? "\"…\""
        case .duration: "30s"
        case .bytes: "512M"
        case .percent: "80%"
        case .list(let element, _): "[\(element.sample)]"
        case .map(let element): "{name: \(element.sample)}"
        case .section, .anything: "{…}"
        }
    }
}
