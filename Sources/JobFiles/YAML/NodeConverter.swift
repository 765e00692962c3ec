import JobKit
import Yams

/// Turns the parser's nodes into ours, within bounds, and refuses what a configuration has no use for.
struct NodeConverter {
    /// Nesting below this is refused.
    static let deepest = 32
    /// Values in one file after its aliases are followed.
    static let mostNodes = 20_000

    private(set) var faults: [Fault] = []
    private let dropped: Set<SourcePlace>
    private var nodes = 0

    /// - Parameter dropping: places of keys that are reported already.
    init(dropping: Set<SourcePlace>) { dropped = dropping }

    /// - Returns: nil when the document is too deep or too large; then that is among the faults.
    mutating func convert(_ root: Node) -> ConfigNode? {
        do {
            return try convert(root, depth: 1)
        } catch {
            faults.append(error)
            return nil
        }
    }

    private mutating func convert(_ node: Node, depth: Int) throws(Fault) -> ConfigNode {
        let place = Self.place(of: node)
        nodes += 1
        guard nodes <= Self.mostNodes else {
            throw Fault(
                place: place, problem: "the file holds more than \(Self.mostNodes) values once its aliases are followed",
                fix: "write fewer values; aliases within aliases multiply")
        }
        guard depth <= Self.deepest else {
            throw Fault(place: place, problem: "this is nested deeper than \(Self.deepest) levels", fix: "write it flatter")
        }
        switch node {
        case .scalar(let scalar): return convert(scalar, at: place)
        case .sequence(let sequence):
            checkTag(sequence.tag.description, at: place)
            var list: [ConfigNode] = []
            for element in sequence { list.append(try convert(element, depth: depth + 1)) }
            return ConfigNode(.list(list), at: place)
        case .mapping(let mapping): return try convert(mapping, at: place, depth: depth)
        case .alias(let alias):
            throw Fault(place: place, problem: "*\(alias.anchor.rawValue) names no anchor", fix: "write the value itself")
        }
    }

    private mutating func convert(_ scalar: Node.Scalar, at place: SourcePlace) -> ConfigNode {
        let tag = scalar.tag.description
        guard scalar.style == .plain else {
            checkTag(tag, at: place)
            return ConfigNode(.text(scalar.string), at: place)
        }
        if tag == Tag.Name.str.rawValue { return ConfigNode(.text(scalar.string), at: place) }
        checkTag(tag, at: place)
        let value = PlainScalar.value(of: scalar.string)
        return ConfigNode(value, at: place, written: scalar.string)
    }

    private mutating func convert(_ mapping: Node.Mapping, at place: SourcePlace, depth: Int) throws(Fault) -> ConfigNode {
        checkTag(mapping.tag.description, at: place)
        var entries: [ConfigNode.Entry] = []
        var merged: [ConfigNode.Entry] = []
        for (key, value) in mapping {
            let keyPlace = Self.place(of: key)
            guard case .scalar(let name) = key else {
                faults.append(Fault(place: keyPlace, problem: "a key must be a word, not a list or a mapping", fix: "write name: value"))
                continue
            }
            let node = try convert(value, depth: depth + 1)
            if dropped.contains(keyPlace) { continue }
            if name.string == "<<", name.style == .plain {
                merged += merge(node, at: keyPlace)
            } else {
                entries.append(ConfigNode.Entry(key: name.string, place: keyPlace, value: node))
            }
        }
        for entry in merged where !entries.contains(where: { $0.key == entry.key }) { entries.append(entry) }
        return ConfigNode(.mapping(entries), at: place)
    }

    /// The entries that `<<` brings in: keys that are written beside it win.
    private mutating func merge(_ node: ConfigNode, at place: SourcePlace) -> [ConfigNode.Entry] {
        if let entries = node.entries { return entries }
        let parts = node.list?.compactMap(\.entries) ?? []
        guard !parts.isEmpty, parts.count == node.list?.count else {
            faults.append(
                Fault(
                    place: place, length: 2, problem: "<< must name a mapping", fix: "write <<: *name, where &name stands before a mapping")
            )
            return []
        }
        return parts.flatMap(\.self)
    }

    private mutating func checkTag(_ tag: String, at place: SourcePlace) {
        guard !tag.isEmpty, tag != "!", !tag.hasPrefix("tag:yaml.org,2002:") else { return }
        faults.append(Fault(place: place, problem: "the tag \(tag) is not known here", fix: "leave the tag out and write the plain value"))
    }

    private static func place(of node: Node) -> SourcePlace {
        guard let mark = node.mark else { return Fault.start }
        return SourcePlace(line: mark.line, column: mark.column)
    }
}
