import JobKit

/// A value of a job file as plain JSON, whose keys stay as they were written.
struct PlainJSON: Encodable {
    private let node: ConfigNode

    init(_ node: ConfigNode) { self.node = node }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch node.value {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .integer(let integer): try container.encode(integer)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let list): try container.encode(list.map(PlainJSON.init))
        case .mapping(let entries):
            try container.encode(Dictionary(entries.map { ($0.key, PlainJSON($0.value)) }, uniquingKeysWith: { $1 }))
        }
    }
}
