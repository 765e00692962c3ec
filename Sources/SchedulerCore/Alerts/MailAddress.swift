/// An address for mail, with or without the name of a person: `ops@example.org`, `Night watch <ops@example.org>`.
package struct MailAddress: Sendable, Hashable {
    /// Empty for none.
    package let name: String
    /// `local@domain`, in ASCII.
    package let address: String

    /// What is wrong with a text, going on from the setting's name, and the fix.
    package struct Complaint: Error, Sendable, Hashable {
        package let problem: String
        package let fix: String
    }

    private static let longestAddress = 254
    private static let longestLocalPart = 64
    private static let longestName = 128

    /// Reads an address. Quoted local parts, comments and letters beyond ASCII in the address itself are refused.
    package init(_ text: String) throws(Complaint) {
        // A carriage return and a line feed are one Character: only scalars show both.
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Complaint(problem: "holds a control character", fix: "write one address on one line")
        }
        let (name, address) = try Self.parts(of: text)
        try Self.check(address)
        self.name = name
        self.address = address
    }

    private static func parts(of text: String) throws(Complaint) -> (name: String, address: String) {
        let trimmed = Self.trimmed(text[...])
        guard trimmed.hasSuffix(">") else { return ("", String(trimmed)) }
        guard let open = trimmed.lastIndex(of: "<") else {
            throw Complaint(problem: "has a > without a <", fix: "write Name <user@example.org>")
        }
        var name = Self.trimmed(trimmed[..<open])
        if name.count >= 2, name.hasPrefix("\""), name.hasSuffix("\"") { name = name.dropFirst().dropLast() }
        guard name.count <= longestName, !name.contains(where: { $0 == "<" || $0 == ">" || $0 == "\"" || $0 == "\\" }) else {
            throw Complaint(
                problem: "has a name that is too long, or has one of < > \" \\ in it", fix: "write a shorter, plain name before the <")
        }
        return (String(name), String(trimmed[trimmed.index(after: open)...].dropLast()))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let front = text.drop { $0 == " " }
        return front.prefix(front.count - front.reversed().prefix { $0 == " " }.count)
    }

    private static func check(_ address: String) throws(Complaint) {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, address.utf8.count <= longestAddress, parts[0].utf8.count <= longestLocalPart,
            isDotted(parts[0], by: isLocalByte), isDomain(parts[1])
        else {
            throw Complaint(
                problem: "must be an address for mail, not \"\(address.prefix(64))\"",
                fix: "write user@example.org or Name <user@example.org>; a domain with other letters in its xn-- form")
        }
    }

    private static func isDotted(_ text: Substring, by isFit: (UInt8) -> Bool) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isFit) }
    }

    /// Characters of an atom, RFC 5322 section 3.2.3.
    private static func isLocalByte(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte) }

    private static func isDomain(_ text: Substring) -> Bool {
        isDotted(text) { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
            && text.split(separator: ".").allSatisfy { !$0.hasPrefix("-") && !$0.hasSuffix("-") && $0.utf8.count <= 63 }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    /// What stands behind the `@`.
    package var domain: String { String(address.split(separator: "@").last ?? "localhost") }
}
