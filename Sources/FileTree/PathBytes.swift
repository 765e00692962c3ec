/// A path, or one name of it, as the bytes that the kernel keeps.
///
/// Never a `String`: its `==` calls the two Unicode spellings of "ü" equal and it cannot hold a name that is not UTF-8.
/// Holds no zero byte; what follows one is cut when the path is made.
package struct PathBytes: Hashable, Sendable {
    /// The bytes, without the closing zero.
    package private(set) var bytes: [UInt8]

    /// Takes bytes up to the first zero byte.
    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        if let zero = self.bytes.firstIndex(of: 0) {
            self.bytes.removeSubrange(zero...)
        }
    }

    /// Takes the UTF-8 bytes of a text, as a person wrote it in a settings file.
    package init(_ text: String) {
        self.init(text.utf8)
    }

    /// Whether there is no byte at all: a tree's own root, relative to itself.
    package var isEmpty: Bool { bytes.isEmpty }

    /// Whether the path starts at the root of the file system.
    package var isAbsolute: Bool { bytes.first == UInt8(ascii: "/") }

    /// The names between the slashes; empty ones are left out.
    package var components: [PathBytes] {
        bytes.split(separator: UInt8(ascii: "/")).map { PathBytes($0) }
    }

    /// The text, when the bytes are UTF-8.
    package var utf8: String? { String(validating: bytes, as: UTF8.self) }

    /// The path with one name more, joined by a slash.
    package func appending(_ name: PathBytes) -> PathBytes {
        if isEmpty { return name }
        if name.isEmpty { return self }
        var joined = self
        if joined.bytes.last != UInt8(ascii: "/") {
            joined.bytes.append(UInt8(ascii: "/"))
        }
        joined.bytes.append(contentsOf: name.bytes)
        return joined
    }

    /// Whether the name ends with this text.
    package func hasSuffix(_ suffix: String) -> Bool {
        bytes.count >= suffix.utf8.count && bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// The path without its last bytes.
    package func droppingLast(_ count: Int) -> PathBytes {
        PathBytes(bytes.dropLast(count))
    }

    /// Lends the path to a system call, closed by a zero byte.
    package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer.initializeElement(at: index, to: CChar(bitPattern: byte))
            }
            buffer.initializeElement(at: bytes.count, to: 0)
            return try buffer.withMemoryRebound(to: CChar.self) { rebound in
                guard let start = rebound.baseAddress else {
                    preconditionFailure("an allocation of \(bytes.count + 1) bytes has no address")
                }
                return try body(start)
            }
        }
    }
}

extension PathBytes: Comparable {
    /// Byte order, the same on every machine and in every locale.
    package static func < (left: PathBytes, right: PathBytes) -> Bool {
        left.bytes.withUnsafeBytes { leftBytes in
            right.bytes.withUnsafeBytes { rightBytes in
                leftBytes.lexicographicallyPrecedes(rightBytes)
            }
        }
    }
}

extension PathBytes: CustomStringConvertible {
    /// The path for a message: UTF-8 as it is, other bytes and all of a path with control characters as `\xNN`, so that no name breaks a line of a log or
    /// speaks to a terminal.
    package var description: String {
        if let text = utf8, !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) { return text }
        var text = ""
        for byte in bytes {
            if byte < 0x20 || byte >= 0x7f {
                text += "\\x" + Self.hexadecimal(byte)
            } else {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return text
    }

    /// What somebody may mean who writes a path: its text, and where that has `\xNN`, also what it is printed for (``description``).
    package static func meanings(of text: String) -> [PathBytes] {
        let plain = Array(text.utf8)
        var bytes: [UInt8] = []
        var rest = plain[...]
        while let byte = rest.first {
            let digits = rest.dropFirst(2).prefix(2)
            if rest.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value != 0
            {
                bytes.append(value)
                rest = rest.dropFirst(4)
            } else {
                bytes.append(byte)
                rest = rest.dropFirst()
            }
        }
        return bytes == plain ? [PathBytes(plain)] : [PathBytes(plain), PathBytes(bytes)]
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
