/// What was written is cut short, or is not what the reader expects.
struct DamagedBytes: Error {}

/// Reads what ``ByteWriter`` wrote. Every step checks that there is enough left.
struct ByteReader {
    private let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = min(range.upperBound, bytes.count)
    }

    mutating func integer() throws(DamagedBytes) -> Int64 {
        let start = try skip(8)
        return bytes.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: Int64.self)) }
    }

    mutating func count() throws(DamagedBytes) -> Int {
        let value = try integer()
        guard value >= 0, value <= end - position else { throw DamagedBytes() }
        return Int(value)
    }

    mutating func int() throws(DamagedBytes) -> Int { Int(try integer()) }

    mutating func flag() throws(DamagedBytes) -> Bool {
        let value = bytes[try skip(1)]
        guard value <= 1 else { throw DamagedBytes() }
        return value == 1
    }

    mutating func text() throws(DamagedBytes) -> String {
        let length = try count()
        let start = try skip(length)
        return String(decoding: bytes[start..<(start + length)], as: UTF8.self)
    }

    mutating func duration() throws(DamagedBytes) -> Duration {
        let seconds = try integer()
        return Duration(secondsComponent: seconds, attosecondsComponent: try integer())
    }

    mutating func word<Word: RawRepresentable<String>>(_: Word.Type = Word.self) throws(DamagedBytes) -> Word {
        guard let word = Word(rawValue: try text()) else { throw DamagedBytes() }
        return word
    }

    mutating func optional<Value>(_ body: (inout ByteReader) throws(DamagedBytes) -> Value) throws(DamagedBytes) -> Value? {
        try flag() ? try body(&self) : nil
    }

    mutating func list<Value>(_ body: (inout ByteReader) throws(DamagedBytes) -> Value) throws(DamagedBytes) -> [Value] {
        let count = try count()
        var values: [Value] = []
        for _ in 0..<count { values.append(try body(&self)) }
        return values
    }

    /// Passes over `length` bytes.
    /// - Returns: where they begin.
    mutating func skip(_ length: Int) throws(DamagedBytes) -> Int {
        guard length >= 0, length <= end - position else { throw DamagedBytes() }
        defer { position += length }
        return position
    }
}
