/// Elements of DER (X.690), one after the other.
struct DERReader {
    static let sequence: UInt8 = 0x30
    static let set: UInt8 = 0x31
    static let integer: UInt8 = 0x02
    static let objectIdentifier: UInt8 = 0x06
    static let utcTime: UInt8 = 0x17
    static let generalizedTime: UInt8 = 0x18
    /// `[0]`, as the version of a certificate is wrapped.
    static let firstOptional: UInt8 = 0xa0

    struct Element {
        let tag: UInt8
        let content: ArraySlice<UInt8>

        var elements: DERReader { DERReader(content) }
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// The tag of the next element; nil at the end.
    var nextTag: UInt8? { rest.first }

    /// nil at the end, and where the bytes are no DER.
    mutating func next() -> Element? {
        guard let tag = rest.popFirst(), tag & 0x1f != 0x1f, let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first & 0x80 != 0 {
            let count = Int(first & 0x7f)
            guard 1...4 ~= count, rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return Element(tag: tag, content: rest.prefix(length))
    }

    /// The next element, if it is of this tag.
    mutating func next(_ tag: UInt8) -> Element? { nextTag == tag ? next() : nil }
}
