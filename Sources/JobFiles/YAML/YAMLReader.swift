import JobKit
import Yams

/// Reads YAML text into nodes that know their places.
struct YAMLReader {
    /// What was read: the root, nil when the text cannot be understood; and what is wrong.
    struct Outcome {
        var root: ConfigNode?
        var faults: [Fault]
    }

    /// Most doubled keys that are named one by one.
    private static let mostDuplicates = 16

    /// Reads one document.
    static func read(_ source: SourceText) -> Outcome {
        let estimate = NestingEstimate(source.text)
        guard estimate.aliases <= NestingEstimate.mostAliases else {
            return refusal(
                "the file uses its anchors \(estimate.aliases) times, more than \(NestingEstimate.mostAliases)",
                fix: "write the repeated values out; aliases within aliases can grow without bound")
        }
        guard estimate.levels <= NestingEstimate.deepest else {
            return refusal(
                "the file may nest more than \(NestingEstimate.deepest) levels deep",
                fix: "write it flatter: a job file needs no more than a few levels")
        }
        guard estimate.levels > NestingEstimate.shallow else { return parse(source) }
        return DeepStack.run { parse(source) } ?? refusal("there is no thread left to read this file with", fix: "raise the limit of tasks")
    }

    private static func refusal(_ problem: String, fix: String) -> Outcome {
        Outcome(root: nil, faults: [Fault(place: Fault.start, problem: problem, fix: fix)])
    }

    /// Parses; a doubled key is reported, renamed in memory and the text parsed again, so that the other findings come too.
    private static func parse(_ source: SourceText) -> Outcome {
        var text = source.text
        var duplicates: [DuplicateKey] = []
        while true {
            do {
                guard let root = try compose(text) else {
                    return refusal("the file is empty", fix: "write at least uses: KIND and what that kind needs below with:")
                }
                var converter = NodeConverter(dropping: Set(duplicates.map(\.second)))
                let node = converter.convert(root)
                return Outcome(root: node, faults: duplicates.map(\.fault) + converter.faults)
            } catch {
                guard case .duplicatedKeysInMapping(let keys, let context)? = error as? YamlError else {
                    return Outcome(root: nil, faults: duplicates.map(\.fault) + [YAMLComplaint.fault(for: error)])
                }
                let first = SourcePlace(line: context.mark.line, column: context.mark.column)
                guard duplicates.count < mostDuplicates, let found = DuplicateKey(keys.first ?? "", first: first, in: text) else {
                    return Outcome(root: nil, faults: duplicates.map(\.fault) + [DuplicateKey.fault(for: keys, first: first)])
                }
                duplicates.append(found)
                text = found.renamed
            }
        }
    }

    private static func compose(_ text: String) throws -> Node? {
        // Yams hands the parser a pointer into the string; strings of up to 15 bytes have no storage to point into.
        let padded = text.utf8.count < 32 ? text + "\n#" + String(repeating: " ", count: 32) : text
        return try Parser(yaml: padded, resolver: .basic, encoding: .utf8).singleRoot()
    }
}
