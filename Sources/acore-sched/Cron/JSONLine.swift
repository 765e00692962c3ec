import CronSchedule

/// Writes one JSON value a line into bytes, without a tree in between: `cron batch` answers many thousand lines a second.
struct JSONLine {
    /// The UTF-8 written so far.
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// The text so far and a line break.
    var line: String { String(decoding: bytes, as: UTF8.self) + "\n" }

    mutating func reserve(_ capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Takes what was written, and keeps the room for more.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func member(_ name: StaticString, _ text: String) {
        key(name)
        string(text)
    }

    mutating func member(_ name: StaticString, _ number: Int) {
        key(name)
        raw("\(number)".utf8)
    }

    /// `"error":{"column","message","fix"}`
    mutating func member(_ error: CronSyntaxError) {
        key("error")
        open("{")
        member("column", error.column)
        member("message", error.message)
        member("fix", error.fix)
        close("}")
    }

    /// An object as element of a list.
    mutating func element(_ members: (inout JSONLine) -> Void) {
        open("{")
        members(&self)
        close("}")
    }

    /// A moment in ISO 8601 as a string.
    mutating func moment(_ instant: Instant, offset: Int) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        instant.appendISO8601(offset: offset, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    /// JSON text that is valid as it is.
    mutating func raw(_ text: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: text)
        needsComma = true
    }

    mutating func string(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<32, 127:
                bytes.append(contentsOf: "\\u00".utf8)
                for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 48 + digit : 87 + digit) }
            case _: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }
}
