import JobKit

/// What systemd says of a unit: the properties that were asked for, by name; org.freedesktop.systemd1(5).
struct UnitProperties: Sendable, Hashable {
    private let properties: [Substring: Substring]

    /// Reads lines `Name=value`.
    init(_ text: some StringProtocol) {
        let pairs = text.split(separator: "\n").compactMap { line -> (Substring, Substring)? in
            guard let sign = line.firstIndex(of: "=") else { return nil }
            return (Substring(line[..<sign]), Substring(line[line.index(after: sign)...]))
        }
        properties = Dictionary(pairs) { _, last in last }
    }

    /// Nil for one that is not there, or empty.
    subscript(_ name: String) -> String? { properties[name[...]].flatMap { $0.isEmpty ? nil : String($0) } }
}

/// Asks systemd about units by systemctl(1).
struct Systemctl: Sendable, Hashable {
    let program: String
    let limit: Duration

    /// Asks once for all units.
    /// - Returns: what is said of each, in their order.
    func show(_ units: [String], _ properties: [String]) -> Result<[UnitProperties], ToolFailure> {
        guard !units.isEmpty else { return .success([]) }
        let tool = ToolRun(
            arguments: [program, "show", "--no-pager", "--property=" + properties.joined(separator: ","), "--"] + units, limit: limit)
        return tool.answer().flatMap { answer in
            guard answer.isFine else {
                let end = answer.isKilled ? "ended by signal \(answer.status)" : "ended with status \(answer.status)"
                return .failure(ToolFailure(description: "\(program) show \(end): \(answer.complaint ?? "it said nothing")"))
            }
            let blocks = Self.blocks(answer.output)
            guard blocks.count == units.count else {
                return .failure(ToolFailure(description: "\(program) show spoke of \(blocks.count) units, not of \(units.count)"))
            }
            return .success(blocks)
        }
    }

    /// Units are parted by empty lines.
    static func blocks(_ text: String) -> [UnitProperties] {
        var blocks: [[Substring]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { blocks.append([]) } else { blocks[blocks.count - 1].append(line) }
        }
        return blocks.filter { !$0.isEmpty }.map { UnitProperties($0.joined(separator: "\n")) }
    }
}
