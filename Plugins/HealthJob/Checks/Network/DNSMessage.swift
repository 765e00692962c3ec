/// A question to a name server and its answer, as RFC 1035 has them.
struct DNSMessage: Sendable, Hashable {
    enum Kind: UInt16, Sendable {
        case ipv4 = 1
        case ipv6 = 28
    }

    /// What a server says of a question.
    enum Code: Sendable, Hashable {
        case noError
        case noSuchName
        case serverFailure
        case refused
        case other(UInt8)

        init(_ number: UInt8) {
            self =
                switch number {
                case 0: .noError
                case 2: .serverFailure
                case 3: .noSuchName
                case 5: .refused
                case _: .other(number)
                }
        }

        /// As name servers' tools write it.
        var word: String {
            switch self {
            case .noError: "NOERROR"
            case .noSuchName: "NXDOMAIN"
            case .serverFailure: "SERVFAIL"
            case .refused: "REFUSED"
            case .other(let number): "RCODE\(number)"
            }
        }
    }

    let code: Code
    /// Whether there is more than went into the packet.
    let isCut: Bool
    /// As people write them.
    let addresses: [String]

    /// The bytes of a question; nil for a name that there cannot be.
    static func question(_ name: String, _ kind: Kind, id: UInt16) -> [UInt8]? {
        var bytes = pair(id) + [1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        for (index, label) in labels.enumerated() {
            if label.isEmpty, index == labels.count - 1, index > 0 { break }
            guard 1...63 ~= label.utf8.count, label.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
            bytes += [UInt8(label.utf8.count)] + label.utf8
        }
        guard bytes.count < 12 + 254 else { return nil }
        return bytes + [0] + pair(kind.rawValue) + [0, 1]
    }

    /// Reads an answer.
    /// - Returns: nil for bytes that are none to this question.
    init?(_ bytes: [UInt8], answering question: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard bytes.count >= 12, bytes[0] == question[0], bytes[1] == question[1], bytes[2] & 0x80 != 0 else { return nil }
        code = Code(bytes[3] & 0x0f)
        isCut = bytes[2] & 0x02 != 0
        reader.place = 4
        guard let questions = reader.number(), let answers = reader.number() else { return nil }
        reader.place = 12
        for _ in 0..<questions { guard reader.skipName(), reader.skip(4) else { return nil } }
        var found: [String] = []
        for _ in 0..<answers {
            // A long answer may be cut: what is whole counts.
            guard reader.skipName(), let kind = reader.number(), reader.skip(6), let size = reader.number(),
                let content = reader.take(Int(size))
            else {
                break
            }
            switch (Kind(rawValue: kind), content.count) {
            case (.ipv4, 4): found.append(content.map(String.init).joined(separator: "."))
            case (.ipv6, 16): found.append(AddressText.ipv6(content))
            case _: break
            }
        }
        addresses = found
    }

    private static func pair(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 255)] }

    private struct Reader {
        let bytes: [UInt8]
        var place = 0

        mutating func take(_ count: Int) -> [UInt8]? {
            guard place + count <= bytes.count else { return nil }
            defer { place += count }
            return Array(bytes[place..<place + count])
        }

        mutating func skip(_ count: Int) -> Bool { take(count) != nil }
        mutating func number() -> UInt16? { take(2).map { UInt16($0[0]) << 8 | UInt16($0[1]) } }

        /// A name ends with an empty part, or with a reference to an earlier place.
        mutating func skipName() -> Bool {
            while let size = take(1)?[0] {
                if size == 0 { return true }
                if size & 0xc0 == 0xc0 { return skip(1) }
                guard size & 0xc0 == 0, skip(Int(size)) else { return false }
            }
            return false
        }
    }
}
