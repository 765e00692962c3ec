import JobKit

/// The text of a file: valid UTF-8 of bounded length without a byte order mark.
struct SourceText: Sendable {
    /// The largest file that is read, in bytes.
    static let largest = 1_048_576

    let text: String

    /// Text that is there already.
    init(_ text: String) { self.text = text }

    /// Reads bytes; a byte order mark at the beginning is skipped.
    /// - Throws: the first byte that is not UTF-8, or a NUL.
    init(bytes: [UInt8]) throws(Fault) {
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else { throw Self.notUnicode(Array(body)) }
        if let zero = body.firstIndex(of: 0) {
            throw Fault(
                place: Self.place(of: zero - body.startIndex, in: Array(body)), problem: "the file contains a NUL byte",
                fix: "save it as plain text in UTF-8; a file with NUL bytes is often UTF-16 or damaged")
        }
        self.text = text
    }

    /// The text of a line, counted from 1, without its end; empty when there is no such line.
    func line(_ number: Int) -> String {
        var current = 1
        var content = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            if scalar == "\n", previous == "\r" { continue }
            if Self.endsLine(scalar) {
                if current == number { break }
                current += 1
            } else if current == number {
                content.append(scalar)
            }
        }
        return String(content)
    }

    /// The characters at which the YAML parser begins a new line; places must count as it does.
    static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }

    private static func notUnicode(_ bytes: [UInt8]) -> Fault {
        var offset = 0
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            offset = error.byteOffsets.lowerBound
        }
        let digits = String(bytes[offset], radix: 16, uppercase: true)
        return Fault(
            place: place(of: offset, in: bytes), problem: "byte \(offset + 1) of the file (0x\(digits)) is not UTF-8",
            fix: "save the file as UTF-8, for example: iconv -f latin1 -t utf-8 FILE")
    }

    /// The place of a byte.
    /// - Parameter offset: Bytes before it, from 0.
    func place(ofByte offset: Int) -> SourcePlace { Self.place(of: min(offset, text.utf8.count), in: Array(text.utf8)) }

    /// The place of a byte; everything before it is UTF-8.
    private static func place(of offset: Int, in bytes: [UInt8]) -> SourcePlace {
        var line = 1
        var column = 1
        for scalar in String(decoding: bytes[..<offset], as: UTF8.self).unicodeScalars {
            column += 1
            if scalar == "\n" {
                line += 1
                column = 1
            }
        }
        return SourcePlace(line: line, column: column)
    }
}
