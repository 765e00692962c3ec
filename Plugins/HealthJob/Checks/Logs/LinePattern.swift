import Glibc

/// An extended regular expression of POSIX, as `grep -E` has them, but without references back: no text makes its search explode then.
/// Not for use from two threads.
final class LinePattern {
    /// Why a text is none.
    struct Complaint: Error {
        let reason: String
    }

    private var compiled = regex_t()

    init(_ text: String) throws(Complaint) {
        guard !Self.refersBack(text) else { throw Complaint(reason: "a reference back, such as \\1, is not taken") }
        let code = regcomp(&compiled, text, REG_EXTENDED | REG_NOSUB)
        guard code == 0 else {
            var reason = [CChar](repeating: 0, count: 256)
            regerror(code, &compiled, &reason, reason.count)
            // What deinit frees is nothing then.
            compiled = regex_t()
            throw Complaint(reason: String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
    }

    deinit { regfree(&compiled) }

    private static func refersBack(_ text: String) -> Bool {
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped, UInt8(ascii: "1")...UInt8(ascii: "9") ~= byte { return true }
            isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        }
        return false
    }

    /// Whether it is found in a line.
    func matches(_ line: LogLine) -> Bool {
        // A search ends at a NUL: there must be one behind the line, and none in it.
        var text = line.bytes.map { $0 == 0 ? CChar(bitPattern: UInt8(ascii: " ")) : CChar(bitPattern: $0) }
        text.append(0)
        return regexec(&compiled, text, 0, nil, 0) == 0
    }
}
