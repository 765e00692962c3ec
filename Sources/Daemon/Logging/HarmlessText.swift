/// Text of anybody's for a terminal or a log: what a terminal would obey is made visible.
package enum HarmlessText {
    /// Escapes C0 but tab, DEL, and C1 (ECMA-48), each as `\x1b`; line feeds too.
    package static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                result += "\\x" + String(scalar.value, radix: 16)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The same for text of several lines: line feeds stay, or become what stands in their place.
    package static func lines(_ text: String, joinedBy separator: String = "\n") -> String {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }.joined(separator: separator)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        (scalar.value < 0x20 && scalar != "\t") || (0x7f...0x9f).contains(scalar.value)
    }
}
