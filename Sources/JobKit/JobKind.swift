/// The name of a plugin: lower-case letters, digits and `-`, starting with a letter, at most 40 characters.
public struct JobKind: Sendable, Hashable, RawRepresentable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The word itself.
    public let rawValue: String

    /// - Returns: nil when `rawValue` is not of the form above.
    public init?(rawValue: String) {
        guard let first = rawValue.utf8.first, rawValue.utf8.count <= 40, UInt8(ascii: "a")...UInt8(ascii: "z") ~= first,
            rawValue.utf8.allSatisfy(Self.isAllowed)
        else { return nil }
        self.rawValue = rawValue
    }

    /// A kind written in source; an invalid literal is its author's bug.
    public init(stringLiteral value: String) {
        precondition(JobKind(rawValue: value) != nil, "\(value) is not a name for a kind")
        rawValue = value
    }

    /// The word itself.
    public var description: String { rawValue }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
