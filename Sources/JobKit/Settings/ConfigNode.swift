/// One value of a configuration file or of a wire message, with the place where it was written.
///
/// Two nodes are equal when they mean the same; where and how they were written does not count.
public struct ConfigNode: Sendable, Hashable {
    /// What a node can hold; a mapping keeps its order.
    public indirect enum Value: Sendable, Hashable {
        case null
        case flag(Bool)
        case integer(Int64)
        case number(Double)
        case text(String)
        case list([ConfigNode])
        case mapping([Entry])
    }

    /// A key with its value.
    public struct Entry: Sendable, Hashable {
        /// The key.
        public let key: String
        /// Where the key stands; nil for what did not come from a file.
        public let place: SourcePlace?
        /// The value.
        public var value: ConfigNode

        /// A key with its value.
        public init(key: String, place: SourcePlace? = nil, value: ConfigNode) {
            self.key = key
            self.place = place
            self.value = value
        }

        /// Whether both mean the same.
        public static func == (left: Entry, right: Entry) -> Bool { left.key == right.key && left.value == right.value }

        /// Hashes what is compared.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(key)
            hasher.combine(value)
        }
    }

    /// The value.
    public var value: Value
    /// Where the value begins; nil for what did not come from a file.
    public var place: SourcePlace?
    /// A plain scalar as it was written (`080`, `no`), for settings that want text; nil for what did not come from a file.
    public var written: String?

    /// A value at a place.
    public init(_ value: Value, at place: SourcePlace? = nil, written: String? = nil) {
        self.value = value
        self.place = place
        self.written = written
    }

    /// Whether both mean the same.
    public static func == (left: ConfigNode, right: ConfigNode) -> Bool { left.value == right.value }

    /// Hashes what is compared.
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }

    /// A scalar as text; nil for lists, mappings and nothing.
    public var scalarText: String? {
        switch value {
        case .text(let text): text
        case .flag(let flag): written ?? String(flag)
        case .integer(let integer): written ?? String(integer)
        case .number(let number): written ?? String(number)
        case .null, .list, .mapping: nil
        }
    }

    /// The value of `key` in a mapping.
    public subscript(key: String) -> ConfigNode? {
        guard case .mapping(let entries) = value else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The text of a text node.
    public var text: String? {
        if case .text(let text) = value { text } else { nil }
    }

    /// The elements of a list.
    public var list: [ConfigNode]? {
        if case .list(let list) = value { list } else { nil }
    }

    /// The whole numbers among the elements of a list.
    public var integers: [Int]? {
        list?.compactMap { if case .integer(let integer) = $0.value { Int(integer) } else { nil } }
    }

    /// The entries of a mapping.
    public var entries: [Entry]? {
        if case .mapping(let entries) = value { entries } else { nil }
    }

    /// What this is in words a user of YAML knows: `a text`, `a list` …
    public var typeName: String {
        switch value {
        case .null: "empty"
        case .flag: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// A place in a text file, both counted from 1; the column counts characters.
public struct SourcePlace: Sendable, Hashable {
    /// The line.
    public let line: Int
    /// The column.
    public let column: Int

    /// Line and column, from 1.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}
