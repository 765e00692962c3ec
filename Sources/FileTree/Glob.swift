/// One pattern over bytes: `*` and `?` stay inside a name, `**` crosses slashes, `[a-z]` and `[!a-z]` take one byte, `\` takes the next byte as it is.
///
/// Matching walks a set of positions, so its time is at most pattern length times path length whatever the pattern.
struct Glob: Hashable, Sendable {
    private let steps: [Step]

    private enum Step: Hashable, Sendable {
        case byte(UInt8)
        case anyByte
        case oneOf(members: [ClosedRange<UInt8>], negated: Bool)
        case anyInName
        case anyPath
        /// `**/`: nothing, or whole folders with the slash behind them.
        case anyFolders
    }

    /// Reads a pattern; an unclosed `[` stands for itself.
    init(_ pattern: some Sequence<UInt8>) {
        var reader = PatternReader(bytes: Array(pattern))
        var steps: [Step] = []
        while let byte = reader.take() {
            switch byte {
            case UInt8(ascii: "*"): steps.append(Self.star(&reader))
            case UInt8(ascii: "?"): steps.append(.anyByte)
            case UInt8(ascii: "["):
                if let set = reader.takeSet() {
                    steps.append(.oneOf(members: set.members, negated: set.negated))
                } else {
                    steps.append(.byte(byte))
                }
            case UInt8(ascii: "\\"): steps.append(.byte(reader.take() ?? byte))
            default: steps.append(.byte(byte))
            }
        }
        self.steps = steps
    }

    private static func star(_ reader: inout PatternReader) -> Step {
        guard reader.takeIf(UInt8(ascii: "*")) else { return .anyInName }
        while reader.takeIf(UInt8(ascii: "*")) {}
        return reader.takeIf(UInt8(ascii: "/")) ? .anyFolders : .anyPath
    }

    /// Whether the whole of these bytes fits the pattern.
    func matches(_ path: some Sequence<UInt8>) -> Bool {
        var active = [Bool](repeating: false, count: steps.count + 1)
        active[0] = true
        var atNameStart = true
        spread(&active, atNameStart: atNameStart)
        for byte in path {
            active = advanced(active, over: byte)
            atNameStart = byte == Self.slash
            spread(&active, atNameStart: atNameStart)
            if !active.contains(true) { return false }
        }
        return active[steps.count]
    }

    private static let slash = UInt8(ascii: "/")

    /// Steps that may match nothing let their successor begin too.
    private func spread(_ active: inout [Bool], atNameStart: Bool) {
        for index in steps.indices where active[index] {
            switch steps[index] {
            case .anyInName, .anyPath: active[index + 1] = true
            case .anyFolders: if atNameStart { active[index + 1] = true }
            case .byte, .anyByte, .oneOf: continue
            }
        }
    }

    private func advanced(_ active: [Bool], over byte: UInt8) -> [Bool] {
        var next = [Bool](repeating: false, count: active.count)
        for index in steps.indices where active[index] {
            switch steps[index] {
            case .byte(let wanted): if byte == wanted { next[index + 1] = true }
            case .anyByte: if byte != Self.slash { next[index + 1] = true }
            case .oneOf(let members, let negated):
                if byte != Self.slash, members.contains(where: { $0.contains(byte) }) != negated { next[index + 1] = true }
            case .anyInName: if byte != Self.slash { next[index] = true }
            case .anyPath, .anyFolders: next[index] = true
            }
        }
        return next
    }
}

/// Takes a pattern apart, byte by byte.
private struct PatternReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func take() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func takeIf(_ wanted: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == wanted else { return false }
        position += 1
        return true
    }

    /// The inside of `[...]` up to its closing bracket; nil, and nothing taken, when there is none.
    mutating func takeSet() -> (members: [ClosedRange<UInt8>], negated: Bool)? {
        let start = position
        let negated = takeIf(UInt8(ascii: "!")) || takeIf(UInt8(ascii: "^"))
        var members: [ClosedRange<UInt8>] = []
        while let low = take() {
            if low == UInt8(ascii: "]"), !members.isEmpty { return (members, negated) }
            let first = low == UInt8(ascii: "\\") ? take() ?? low : low
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "-"), bytes[position + 1] != UInt8(ascii: "]") else {
                members.append(first...first)
                continue
            }
            position += 1
            let last = take() ?? first
            if first <= last { members.append(first...last) }
        }
        position = start
        return nil
    }
}
