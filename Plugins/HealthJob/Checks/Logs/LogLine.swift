import Glibc

/// One line, or one entry of a journal.
struct LogLine: Sendable, Hashable {
    /// Longer ones are cut.
    static let bound = 16_384

    let bytes: [UInt8]
    /// Of a journal entry: 0 to 7, the lower the more urgent.
    let priority: Int?
    /// Lines with another key belong to another writer.
    let writer: String

    init(_ bytes: some Collection<UInt8>, priority: Int? = nil, writer: String = "") {
        self.bytes = Array(bytes.prefix(Self.bound))
        self.priority = priority
        self.writer = writer
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isEmpty: Bool { bytes.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") } }
    var isIndented: Bool { bytes.first == UInt8(ascii: " ") || bytes.first == UInt8(ascii: "\t") }

    /// Whether some bytes are in it, one behind the other.
    func holds(_ wanted: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { line in
            wanted.withUnsafeBufferPointer { wanted in
                guard let first = wanted.first, let begin = line.baseAddress, let other = wanted.baseAddress else { return wanted.isEmpty }
                var place = 0
                while place + wanted.count <= line.count {
                    guard let found = memchr(begin + place, Int32(first), line.count - wanted.count + 1 - place) else { return false }
                    place = UnsafeRawPointer(begin).distance(to: UnsafeRawPointer(found))
                    if memcmp(begin + place, other, wanted.count) == 0 { return true }
                    place += 1
                }
                return false
            }
        }
    }
}
