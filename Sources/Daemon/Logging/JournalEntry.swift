package import Logging

/// One entry in the journal's own protocol, https://systemd.io/JOURNAL_NATIVE_PROTOCOL/.
package struct JournalEntry: Sendable {
    /// A message is cut beyond this; the sum of all bounds fits into one datagram (net.core.wmem_default is 208 KiB).
    static let messageBound = 64 * 1024
    /// The value of another field is cut beyond this.
    static let valueBound = 4 * 1024
    /// Further fields are left out.
    static let fieldBound = 24
    /// What stands at the end of what was cut.
    static let cutMark = " [cut]"

    package private(set) var bytes: [UInt8] = []

    /// - Parameters:
    ///   - fields: each becomes `ACORE_SCHED_NAME`.
    package init(
        _ message: Logger.Message, level: Logger.Level, fields: [(key: String, value: Logger.Metadata.Value)], identifier: String
    ) {
        put("MESSAGE", LogFields.sentence(message, fields), bound: Self.messageBound)
        put("PRIORITY", "\(level.journalPriority)", bound: Self.valueBound)
        put("SYSLOG_IDENTIFIER", identifier, bound: Self.valueBound)
        for (key, value) in fields.prefix(Self.fieldBound) { put(Self.name(of: key), "\(value)", bound: Self.valueBound) }
    }

    /// Capital letters, digits and underscores, 64 at most: the journal drops fields with other names.
    private static func name(of key: String) -> String {
        let letters = key.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return "ACORE_SCHED_" + String(decoding: letters.prefix(52), as: UTF8.self)
    }

    /// `NAME=value`; a value with line feeds has its length in front, 64 bits, least byte first.
    private mutating func put(_ name: String, _ value: String, bound: Int) {
        let value = Self.cut(Array(value.utf8), to: bound)
        bytes += name.utf8
        if value.contains(UInt8(ascii: "\n")) {
            bytes.append(UInt8(ascii: "\n"))
            withUnsafeBytes(of: UInt64(value.count).littleEndian) { bytes += $0 }
        } else {
            bytes.append(UInt8(ascii: "="))
        }
        bytes += value
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func cut(_ value: [UInt8], to bound: Int) -> [UInt8] {
        guard value.count > bound else { return value }
        // No character is cut in two: continuation bytes of UTF-8 go with their first one.
        var end = bound - cutMark.utf8.count
        while end > 0, value[end] & 0xc0 == 0x80 { end -= 1 }
        return Array(value[..<end]) + cutMark.utf8
    }
}
