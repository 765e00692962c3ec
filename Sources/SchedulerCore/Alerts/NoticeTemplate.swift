/// A text with places for parts of a notice: `{"text": "{{summary}} on {{host}}"}`.
package struct NoticeTemplate: Sendable, Hashable {
    /// How a part is written so that it cannot change what stands around it.
    package enum Escaping: Sendable, Hashable {
        /// Inside a string of JSON; numbers as they are, `null` for a number that is not there.
        case json
        /// As a part of a form, percent-encoded.
        case form
        /// As it is.
        case plain

        /// The one that belongs to a media type.
        package init(contentType: String) {
            let type = contentType.lowercased().prefix { $0 != ";" && $0 != " " }
            if type.hasSuffix("/json") || type.hasSuffix("+json") {
                self = .json
            } else if type == "application/x-www-form-urlencoded" {
                self = .form
            } else {
                self = .plain
            }
        }
    }

    /// What is wrong with a text, and where in it.
    package struct Complaint: Error, Sendable, Hashable {
        /// Goes on from the setting's name.
        package let problem: String
        /// What stands where a field should; nil when that is not the fault.
        package let word: String?
        /// Characters from the text's first one, from 0.
        package let offset: Int
    }

    private enum Piece: Sendable, Hashable {
        case text(String)
        case field(NoticeField)
    }

    private let pieces: [Piece]

    package init(_ text: String) throws(Complaint) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            let offset = text[..<open.lowerBound].unicodeScalars.count
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw Complaint(problem: "has a {{ without its }}", word: nil, offset: offset)
            }
            let word = rest[open.upperBound..<close.lowerBound].filter { $0 != " " }
            guard let field = NoticeField(rawValue: word) else {
                throw Complaint(problem: "names no part of a notice with {{\(word.prefix(40))}}", word: word, offset: offset)
            }
            pieces += [.text(String(rest[..<open.lowerBound])), .field(field)]
            rest = rest[close.upperBound...]
        }
        self.pieces = pieces + [.text(String(rest))]
    }

    /// The text for one notice.
    package func filled(from notice: AlertNotice, escaping: Escaping) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .field(let field): Self.written(field.content(of: notice), escaping: escaping)
            }
        }.joined()
    }

    private static func written(_ content: NoticeField.Content, escaping: Escaping) -> String {
        switch content {
        case .noText: return ""
        case .noNumber: return escaping == .json ? "null" : ""
        case .number(let number): return number
        case .text(let text):
            switch escaping {
            case .plain: return text
            case .json: return json(text)
            case .form: return percentEncoded(text)
            }
        }
    }

    /// RFC 8259 section 7: quotation mark, reverse solidus and control characters.
    private static func json(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case "\u{0}"..."\u{1f}", "\u{7f}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// All but the unreserved characters of RFC 3986.
    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
