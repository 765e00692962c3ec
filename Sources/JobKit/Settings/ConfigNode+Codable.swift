extension ConfigNode: Codable {
    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Places are not encoded: they belong to a file.
    public func encode(to encoder: any Encoder) throws {
        switch value {
        case .null, .flag, .integer, .number, .text: try encodeScalar(to: encoder)
        case .list(let list):
            var container = encoder.unkeyedContainer()
            for node in list { try container.encode(node) }
        case .mapping(let entries):
            var container = encoder.container(keyedBy: Key.self)
            for entry in entries { try container.encode(entry.value, forKey: Key(stringValue: entry.key)) }
        }
    }

    private func encodeScalar(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .flag(let flag): try container.encode(flag)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .null, .list, .mapping: try container.encodeNil()
        }
    }

    /// Keys of a mapping come back in alphabetical order.
    public init(from decoder: any Decoder) throws {
        if let keyed = try? decoder.container(keyedBy: Key.self) {
            let keys = keyed.allKeys.sorted { $0.stringValue < $1.stringValue }
            self.init(.mapping(try keys.map { Entry(key: $0.stringValue, value: try keyed.decode(ConfigNode.self, forKey: $0)) }))
        } else if var unkeyed = try? decoder.unkeyedContainer() {
            var list: [ConfigNode] = []
            while !unkeyed.isAtEnd { list.append(try unkeyed.decode(ConfigNode.self)) }
            self.init(.list(list))
        } else {
            self.init(try Self.scalar(from: decoder.singleValueContainer()))
        }
    }

    // Each `try?` asks "is it of this type?": no is an answer, not a lost error; the last try reports.
    private static func scalar(from container: any SingleValueDecodingContainer) throws -> Value {
        if container.decodeNil() { return .null }
        if let flag = try? container.decode(Bool.self) { return .flag(flag) }
        if let integer = try? container.decode(Int64.self) { return .integer(integer) }
        if let number = try? container.decode(Double.self) { return .number(number) }
        return .text(try container.decode(String.self))
    }
}
