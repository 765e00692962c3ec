import JobKit

/// Turns the parser's events into nodes, within bounds, and refuses what a configuration has no use for.
struct TreeBuilder: ~Copyable {
    /// Nesting below this is refused.
    static let deepest = 32
    /// Values in one file, each as often as aliases repeat it.
    static let mostNodes = 20_000
    /// Room for so many keys is made at once.
    private static let usualKeys = 6
    /// Most doubled keys that are named one by one.
    private static let mostDuplicates = 16

    /// What an anchor names.
    private struct Anchored {
        let node: ConfigNode
        /// Values in it, itself included.
        let nodes: Int
        /// Levels in it, its own included.
        let levels: Int
    }

    private(set) var faults: [Fault] = []
    private var parser: YAMLParser
    private var anchors: [String: Anchored] = [:]
    private var duplicates = 0
    private var nodes = 0
    /// The deepest level since somebody set it to his own.
    private var reached = 0

    init(_ parser: consuming YAMLParser) { self.parser = parser }

    /// Reads the whole text.
    /// - Returns: its one document; nil when there is none.
    /// - Throws: what makes the text unreadable. What is wrong beside that is in ``faults``.
    mutating func document() throws(Fault) -> ConfigNode? {
        _ = try parser.next()
        guard try parser.next().kind == .documentStart else { return nil }
        let root = try node(from: parser.next(), depth: 1)
        _ = try parser.next()
        let end = try parser.next()
        guard end.kind == .streamEnd else { throw YAMLComplaint.secondDocument(at: end.place) }
        return root
    }

    private mutating func node(from event: YAMLEvent, depth: Int) throws(Fault) -> ConfigNode {
        if case .alias(let name) = event.kind { return try alias(name, at: event.place, depth: depth) }
        try count(1, levels: 1, at: event.place, depth: depth)
        guard let anchor = event.anchor else { return try content(of: event, depth: depth) }
        let outer = (nodes: nodes, reached: reached)
        reached = depth
        let node = try content(of: event, depth: depth)
        // Only what is complete can be named: nothing can contain itself.
        anchors[anchor] = Anchored(node: node, nodes: nodes - outer.nodes + 1, levels: reached - depth + 1)
        reached = max(reached, outer.reached)
        return node
    }

    private mutating func alias(_ name: String, at place: SourcePlace, depth: Int) throws(Fault) -> ConfigNode {
        guard let anchored = anchors[name] else { throw YAMLComplaint.unknownAlias(at: place) }
        try count(anchored.nodes, levels: anchored.levels, at: place, depth: depth)
        return anchored.node
    }

    private mutating func count(_ more: Int, levels: Int, at place: SourcePlace, depth: Int) throws(Fault) {
        nodes += more
        reached = max(reached, depth + levels - 1)
        guard nodes <= Self.mostNodes else {
            throw Fault(
                place: place, problem: "the file holds more than \(Self.mostNodes) values once its aliases are followed",
                fix: "write fewer values; aliases within aliases multiply")
        }
        guard reached <= Self.deepest else {
            throw Fault(place: place, problem: "this is nested deeper than \(Self.deepest) levels", fix: "write it flatter")
        }
    }

    private mutating func content(of event: YAMLEvent, depth: Int) throws(Fault) -> ConfigNode {
        switch event.kind {
        case .scalar(let text, let isPlain): return scalar(text, isPlain: isPlain, from: event)
        case .listStart: return try list(from: event, depth: depth)
        default: return try mapping(from: event, depth: depth)
        }
    }

    private mutating func scalar(_ text: String, isPlain: Bool, from event: YAMLEvent) -> ConfigNode {
        checkTag(of: event)
        guard isPlain, event.tag != "tag:yaml.org,2002:str" else { return ConfigNode(.text(text), at: event.place) }
        return ConfigNode(PlainScalar.value(of: text), at: event.place, written: text)
    }

    private mutating func list(from start: YAMLEvent, depth: Int) throws(Fault) -> ConfigNode {
        checkTag(of: start)
        var list: [ConfigNode] = []
        while true {
            let event = try parser.next()
            guard event.kind != .listEnd else { return ConfigNode(.list(list), at: start.place) }
            list.append(try node(from: event, depth: depth + 1))
        }
    }

    private mutating func mapping(from start: YAMLEvent, depth: Int) throws(Fault) -> ConfigNode {
        checkTag(of: start)
        var entries: [ConfigNode.Entry] = []
        entries.reserveCapacity(Self.usualKeys)
        // A file may hold thousands of keys: looking through all of them for each would take seconds.
        var places = [String: SourcePlace](minimumCapacity: Self.usualKeys)
        var merged: [ConfigNode.Entry] = []
        var mergePlace: SourcePlace?
        while true {
            let event = try parser.next()
            guard event.kind != .mappingEnd else { break }
            let key = try key(from: event, depth: depth)
            let value = try node(from: parser.next(), depth: depth + 1)
            guard let key else { continue }
            let first = key.isMerge ? mergePlace : places[key.text]
            if let first {
                report(key.text, at: event.place, givenFirstAt: first)
            } else if key.isMerge {
                mergePlace = event.place
                merged = merge(value, at: event.place)
            } else {
                places[key.text] = event.place
                entries.append(ConfigNode.Entry(key: key.text, place: event.place, value: value))
            }
        }
        // Keys that are written beside << win.
        for entry in merged where places.updateValue(entry.place ?? start.place, forKey: entry.key) == nil { entries.append(entry) }
        return ConfigNode(.mapping(entries), at: start.place)
    }

    /// A key; nil, and a fault, for what cannot be one.
    private mutating func key(from event: YAMLEvent, depth: Int) throws(Fault) -> (text: String, isMerge: Bool)? {
        if case .scalar(let text, let isPlain) = event.kind {
            if event.anchor != nil { _ = try node(from: event, depth: depth) }
            return (text, isPlain && text == "<<")
        }
        let node = try node(from: event, depth: depth + 1)
        if let text = node.written ?? node.scalarText { return (text, false) }
        faults.append(Fault(place: event.place, problem: "a key must be a word, not a list or a mapping", fix: "write name: value"))
        return nil
    }

    private mutating func report(_ key: String, at place: SourcePlace, givenFirstAt first: SourcePlace) {
        duplicates += 1
        guard duplicates <= Self.mostDuplicates else { return }
        faults.append(
            Fault(
                place: place, length: key.unicodeScalars.count, problem: "\(key) is given twice, first in line \(first.line)",
                fix: "leave one of the two out: only one of them could count"))
    }

    /// The entries that `<<` brings in.
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

    private mutating func checkTag(of event: YAMLEvent) {
        guard let tag = event.tag, tag != "!", !tag.hasPrefix("tag:yaml.org,2002:") else { return }
        faults.append(
            Fault(place: event.place, problem: "the tag \(tag) is not known here", fix: "leave the tag out and write the plain value"))
    }
}
