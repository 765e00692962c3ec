/// Writes values one after the other, for ``ByteReader``.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: Int64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ value: Int) { write(Int64(value)) }
    mutating func write(_ value: UInt64) { write(Int64(bitPattern: value)) }
    mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            write(utf8.count)
            bytes.append(contentsOf: utf8)
        }
    }

    mutating func write(_ value: Duration) {
        write(value.components.seconds)
        write(value.components.attoseconds)
    }

    mutating func write<Word: RawRepresentable<String>>(_ word: Word) { write(word.rawValue) }

    mutating func write<Value>(_ value: Value?, _ body: (inout ByteWriter, Value) -> Void) {
        write(value != nil)
        if let value { body(&self, value) }
    }

    mutating func write<Value>(_ values: [Value], _ body: (inout ByteWriter, Value) -> Void) {
        write(values.count)
        for value in values { body(&self, value) }
    }

    mutating func append(_ other: [UInt8]) { bytes.append(contentsOf: other) }
}
