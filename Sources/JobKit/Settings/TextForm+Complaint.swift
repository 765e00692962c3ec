extension SettingType.TextForm {
    /// What is wrong with `text`, and the fix; nil when it is of this form. The problem goes on from the setting's name.
    public func complaint(about text: String) -> (problem: String, fix: String)? {
        switch self {
        case .any: nil
        case .line: lineComplaint(about: text)
        case .absolutePath: pathComplaint(about: text)
        case .name:
            Self.isName(text)
                ? nil
                : (
                    "must be a name of letters, digits, '.', '_' and '-', at most 64 of them, not \(Self.quoted(text))",
                    "use such a name; it may not begin with '.' or '-'"
                )
        case .variable:
            Self.isVariable(text)
                ? nil
                : ("must be a name for a variable, not \(Self.quoted(text))", "use letters, digits and '_', not beginning with a digit")
        case .webAddress:
            text.hasPrefix("http://") || text.hasPrefix("https://")
                ? lineComplaint(about: text) : ("must be a web address", "write it with http:// or https:// in front")
        }
    }

    private func lineComplaint(about text: String) -> (problem: String, fix: String)? {
        if text.isEmpty { return ("is empty", "write a value, or leave the line out") }
        // Plain text has no line end of any kind; looking for its characters takes longer.
        let isPlain = text.utf8.allSatisfy { 0x20..<0x7f ~= $0 }
        if !isPlain, text.contains(where: \.isNewline) { return ("must be on one line", "join the lines") }
        return nil
    }

    private func pathComplaint(about text: String) -> (problem: String, fix: String)? {
        guard text.hasPrefix("/") else {
            return (
                "must be an absolute path, not \(Self.quoted(text))", "begin it with /; relative paths mean another folder to each program"
            )
        }
        guard !text.split(separator: "/").contains("..") else { return ("has a '..' in it", "write the path without '..'") }
        return lineComplaint(about: text)
    }

    /// An address may be as good as a password.
    private static func quoted(_ text: String) -> String {
        text.isEmpty ? "an empty text" : text.contains("://") ? "an address" : "\"\(text.prefix(64))\""
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-"), text.utf8.count <= 64 else {
            return false
        }
        return text.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    private static func isVariable(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first) else { return false }
        return text.utf8.allSatisfy(isWordByte)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
