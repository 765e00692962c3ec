/// The patterns that keep entries out of a walk, in the order they were written; the last one that fits decides, as in gitignore.
///
/// - A pattern without a slash inside it fits a name at any depth; one with a slash is anchored at the root of the tree, as is one that starts with `/`.
/// - A trailing `/` fits folders only. `!` in front takes an entry back in; an entry inside an excluded folder is never seen, so it cannot be taken back.
/// - `#` in front is not a comment: a list in a settings file has its own.
package struct ExcludeRules: Sendable, Hashable {
    private let rules: [Rule]

    private struct Rule: Sendable, Hashable {
        let glob: Glob
        let keeps: Bool
        let foldersOnly: Bool
        let anchored: Bool
    }

    /// The most patterns that one tree may have.
    package static let maximumCount = 1_000
    /// The most bytes of one pattern.
    package static let maximumLength = 4_096

    /// No exclusion at all.
    package init() {
        rules = []
    }

    /// Reads the patterns.
    /// - Throws: the first pattern that is empty, too long, or one too many.
    package init(_ patterns: [String]) throws(ExcludeRulesError) {
        try self.init(patterns.map { PathBytes($0) })
    }

    /// As above, for patterns that need not be text.
    package init(_ patterns: [PathBytes]) throws(ExcludeRulesError) {
        guard patterns.count <= Self.maximumCount else { throw .tooMany(count: patterns.count) }
        var rules: [Rule] = []
        for (index, pattern) in patterns.enumerated() {
            guard pattern.bytes.count <= Self.maximumLength else { throw .tooLong(index: index) }
            guard let rule = Self.rule(pattern.bytes[...]) else { throw .empty(index: index) }
            rules.append(rule)
        }
        self.rules = rules
    }

    private static func rule(_ pattern: ArraySlice<UInt8>) -> Rule? {
        let slash = UInt8(ascii: "/")
        var bytes = pattern
        let keeps = bytes.first == UInt8(ascii: "!")
        if keeps { bytes.removeFirst() }
        let foldersOnly = bytes.last == slash
        while bytes.last == slash { bytes.removeLast() }
        let anchored = bytes.contains(slash)
        if bytes.first == slash { bytes.removeFirst() }
        guard !bytes.isEmpty else { return nil }
        return Rule(glob: Glob(bytes), keeps: keeps, foldersOnly: foldersOnly, anchored: anchored)
    }

    /// Whether there is nothing to ask.
    package var isEmpty: Bool { rules.isEmpty }

    /// Whether an entry stays out.
    /// - Parameter path: relative to the root of the tree, without a leading slash.
    package func exclude(_ path: PathBytes, isFolder: Bool) -> Bool {
        let nameStart = path.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        for rule in rules.reversed() where isFolder || !rule.foldersOnly {
            let subject = rule.anchored ? path.bytes[...] : path.bytes[nameStart...]
            if rule.glob.matches(subject) { return !rule.keeps }
        }
        return false
    }
}

/// Why a list of patterns was refused; `index` counts from 0.
package enum ExcludeRulesError: Error, Hashable, CustomStringConvertible {
    case empty(index: Int)
    case tooLong(index: Int)
    case tooMany(count: Int)

    /// What is wrong and how to mend it.
    package var description: String {
        switch self {
        case .empty(let index): "pattern \(index + 1) names nothing; write a name such as *.tmp, or take the line out"
        case .tooLong(let index): "pattern \(index + 1) is longer than \(ExcludeRules.maximumLength) bytes; shorten it with * or **"
        case .tooMany(let count): "\(count) patterns are too many, the most is \(ExcludeRules.maximumCount); join them with * and [...]"
        }
    }
}
