import JobKit

/// Replaces variables in all values of a tree; a plain scalar gets its type anew from what it became.
struct NodeExpander {
    /// Text that one file may grow by, in bytes.
    static let mostGrowth = 1_048_576

    /// A value that was changed: as written and as it became.
    struct Change: Hashable {
        var before: String
        var after: String
        /// The variables in it that are set.
        var set: [String] = []
    }

    var variables: Variables
    private let source: SourceText
    /// A path whose text belongs to a shell.
    private let untouched: [String]?
    private(set) var faults: [Fault] = []
    private(set) var changes: [[String]: Change] = [:]
    /// Values with a fault: what else may be wrong with them is not known.
    private(set) var failed: Set<[String]> = []
    /// Whether a value took in what looks like a secret.
    private(set) var meetsSecret = false
    private var growth = 0

    init(variables: Variables, source: SourceText, untouched: [String]? = nil) {
        self.variables = variables
        self.source = source
        self.untouched = untouched
    }

    /// Expands a whole file.
    mutating func expand(root: ConfigNode) -> ConfigNode { Expansion.isNeeded(in: source.text) ? expand(root, at: []) : root }

    private mutating func expand(_ node: ConfigNode, at path: [String]) -> ConfigNode {
        switch node.value {
        case .null, .flag, .integer, .number: return node
        case .text(let text): return Expansion.isNeeded(in: text) && path != untouched ? expand(text, of: node, at: path) : node
        case .list(let list):
            return ConfigNode(.list(list.enumerated().map { expand($1, at: path + [String($0)]) }), at: node.place)
        case .mapping(let entries):
            let expanded = entries.map { ConfigNode.Entry(key: $0.key, place: $0.place, value: expand($0.value, at: path + [$0.key])) }
            return ConfigNode(.mapping(expanded), at: node.place)
        }
    }

    private mutating func expand(_ text: String, of node: ConfigNode, at path: [String]) -> ConfigNode {
        var variables = variables
        let expansion = Expansion(text) { variables.value(of: $0) }
        self.variables = variables
        for problem in expansion.problems {
            let place = SourceSearch.place(ofOccurrence: problem.occurrence, of: "${", from: node.place ?? Fault.start, in: source)
            faults.append(Fault(place: place, length: problem.length, problem: problem.problem, fix: problem.fix))
        }
        if !expansion.problems.isEmpty { failed.insert(path) }
        warnOfSecret(expansion.names, in: node, at: path)
        growth += expansion.result.utf8.count
        guard growth <= Self.mostGrowth else {
            faults.append(
                Fault(
                    place: node.place ?? Fault.start, problem: "the file's variables expand to more than \(Self.mostGrowth) bytes",
                    fix: "hand large texts over in files"))
            return node
        }
        if !expansion.names.isEmpty {
            let set = expansion.names.filter { self.variables.value(of: $0) != nil }
            changes[path] = Change(before: text, after: expansion.result, set: set)
        }
        guard node.written != nil else { return ConfigNode(.text(expansion.result), at: node.place) }
        let value = Self.shellFlag(expansion.result, at: path) ?? PlainScalar.value(of: expansion.result)
        return ConfigNode(value, at: node.place, written: expansion.result)
    }

    /// Files of variables have `MONITORING_ENABLED=1`, too; in YAML that is a number.
    private static func shellFlag(_ text: String, at path: [String]) -> ConfigNode.Value? {
        guard path == ["enabled"], text == "1" || text == "0" else { return nil }
        return .flag(text == "1")
    }

    private mutating func warnOfSecret(_ names: [String], in node: ConfigNode, at path: [String]) {
        guard let name = names.first, path.first != "secrets" else { return }
        let key = path.last { !$0.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } } ?? ""
        guard let secret = names.first(where: SecretWord.isIn) ?? (SecretWord.isIn(key) ? name : nil) else { return }
        meetsSecret = true
        let place = SourceSearch.place(ofOccurrence: 0, of: "${", from: node.place ?? Fault.start, in: source)
        faults.append(
            Fault(
                severity: .warning, place: place, length: secret.count + 3,
                problem:
                    "${\(secret)} looks like a secret, and here it becomes part of the job's definition; "
                    + "that is then not kept on the disk",
                fix: "write secrets: {\(secret): secret:\(secret.lowercased())}; the run then finds it as a file in $ACORE_SECRETS_DIR"))
    }
}
