import FileTree
import FoundationEssentials

/// One line of JSON, written by hand: a manifest has one for each file, and most of them are short.
struct JSONLine {
    /// With the line's end.
    var line: [UInt8] { bytes + Array("}\n".utf8) }
    /// Without the line's end.
    var text: String { String(decoding: bytes, as: UTF8.self) + "}" }

    private var bytes = [UInt8(ascii: "{")]

    mutating func add(_ key: StaticString, _ text: String) {
        begin(key)
        string(text.utf8)
    }

    mutating func add(_ key: StaticString, _ number: some BinaryInteger) {
        begin(key)
        bytes += String(number).utf8
    }

    mutating func add(_ key: StaticString, _ numbers: [Int64]) {
        begin(key)
        bytes += "[\(numbers.map(String.init).joined(separator: ","))]".utf8
    }

    mutating func add(_ key: StaticString, _ flag: Bool) {
        begin(key)
        bytes += (flag ? "true" : "false").utf8
    }

    mutating func add(_ key: StaticString, _ time: FileTime) {
        begin(key)
        bytes += "[\(time.seconds),\(time.nanoseconds)]".utf8
    }

    mutating func addNull(_ key: StaticString) {
        begin(key)
        bytes += "null".utf8
    }

    /// Text when the path is UTF-8, else under the second key as base64.
    mutating func add(_ key: StaticString, orBase64 otherKey: StaticString, _ path: PathBytes) {
        if let text = path.utf8 {
            add(key, text)
        } else {
            add(otherKey, Data(path.bytes).base64EncodedString())
        }
    }

    /// Lines as elements of a list.
    mutating func add(_ key: StaticString, _ lines: [JSONLine]) {
        begin(key)
        bytes.append(UInt8(ascii: "["))
        for (index, element) in lines.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += element.line.dropLast()
        }
        bytes.append(UInt8(ascii: "]"))
    }

    private mutating func begin(_ key: StaticString) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        key.withUTF8Buffer { string($0) }
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func string(_ text: some Sequence<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes += ("\\u00" + (digits.count == 1 ? "0" : "") + digits).utf8
            case _: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
