/// How a piece of text looks on a terminal with colours.
enum TextStyle {
    case plain, strong, faint, good, caution, bad

    /// The text, between the codes of ECMA-48 (SGR) where there is colour.
    func paint(_ text: String, colour: Bool) -> String {
        guard colour, let code, !text.isEmpty else { return text }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }

    private var code: String? {
        switch self {
        case .plain: nil
        case .strong: "1"
        case .faint: "2"
        case .good: "32"
        case .caution: "33"
        case .bad: "31"
        }
    }
}
