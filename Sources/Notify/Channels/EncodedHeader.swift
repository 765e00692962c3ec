import FoundationEssentials
import SchedulerCore

/// Header lines of a message: folded, in ASCII, and one line each whatever stands in their texts.
enum EncodedHeader {
    /// RFC 2047 section 2: a line with an encoded word.
    private static let widest = 76
    private static let opening = "=?utf-8?B?"
    private static let closing = "?="

    /// A header of free text, such as the subject.
    static func text(_ name: String, _ text: String) -> String {
        let plain = oneLine(text)
        let words = plain.split(separator: " ")
        let isPlain = plain.utf8.allSatisfy { 0x20..<0x7f ~= $0 } && !plain.contains("=?")
        guard isPlain, words.allSatisfy({ $0.utf8.count <= widest - name.utf8.count - 2 }) else {
            return "\(name): \(encoded(plain, after: name.utf8.count + 2))\r\n"
        }
        var lines = ["\(name):"]
        for word in words {
            if lines[lines.count - 1].utf8.count + 1 + word.utf8.count > widest { lines.append("") }
            lines[lines.count - 1] += " \(word)"
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    /// A header of addresses, one a line.
    static func addresses(_ name: String, _ addresses: [MailAddress]) -> String {
        let texts = addresses.map { address in
            let name = oneLine(address.name)
            if name.isEmpty { return address.address }
            let isPlain = name.utf8.allSatisfy { 0x20..<0x7f ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            // The line of a name begins with a blank or with the header's own name.
            return (isPlain ? "\"\(name)\"" : encoded(name, after: "From: ".utf8.count)) + "\r\n <\(address.address)>"
        }
        return "\(name): \(texts.joined(separator: ",\r\n "))\r\n"
    }

    /// Encoded words, one a line; none ends inside a character's bytes.
    /// - Parameter taken: of the first line.
    private static func encoded(_ text: String, after taken: Int) -> String {
        var words: [String] = []
        var bytes: [UInt8] = []
        func room() -> Int { (widest - (words.isEmpty ? taken : 1) - opening.utf8.count - closing.utf8.count) / 4 * 3 }
        func flush() {
            guard !bytes.isEmpty else { return }
            words.append(opening + Data(bytes).base64EncodedString() + closing)
            bytes = []
        }
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > room() { flush() }
            bytes += next
        }
        flush()
        return words.joined(separator: "\r\n ")
    }

    /// Without line ends and other control characters: nothing that stands in a text can begin a header of its own.
    static func oneLine(_ text: String) -> String {
        NoticeWords.line(text).split(separator: " ").joined(separator: " ")
    }
}
