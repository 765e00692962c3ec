import JobKit

/// Finds the place in the file for a finding that names its setting by keys.
struct FindingPlacer {
    private let root: ConfigNode
    private let source: SourceText
    private let changes: [[String]: NodeExpander.Change]

    /// - Parameters:
    ///   - root: the file as it stands, or expanded: both have the same places.
    ///   - changes: values that variables were put into; messages show them as they are written.
    init(root: ConfigNode, source: SourceText, changes: [[String]: NodeExpander.Change] = [:]) {
        self.root = root
        self.source = source
        self.changes = changes
    }

    func fault(for finding: Finding) -> Fault {
        var (place, length) = span(of: finding)
        if finding.path.isEmpty { (place, length) = (Fault.start, 1) }
        return Fault(
            severity: finding.severity, place: place, length: length, problem: masked(finding.problem, at: finding.path),
            fix: masked(finding.fix, at: finding.path) + origin(of: finding))
    }

    /// The file does not say what the value is: a variable does.
    private func origin(of finding: Finding) -> String {
        guard finding.severity == .error, let set = changes[finding.path]?.set, !set.isEmpty else { return "" }
        return "; the value is made of \(set.joined(separator: ", ")), as the environment sets it"
    }

    /// The value's place, or the key's for lists and mappings, and for what is not there the nearest thing above it.
    private func span(of finding: Finding) -> (SourcePlace, length: Int) {
        var node = root
        var key: ConfigNode.Entry?
        for part in finding.path {
            if let list = node.list, let index = Int(part), list.indices.contains(index) {
                node = list[index]
                key = nil
            } else if let entry = node.entries?.first(where: { $0.key == part }) {
                node = entry.value
                key = entry
            } else {
                return missing(below: key, in: finding.path)
            }
        }
        let wantsKey = finding.part == .key || node.list != nil || node.entries != nil
        if let key, let place = key.place, wantsKey { return (place, key.key.unicodeScalars.count) }
        guard let place = node.place else { return missing(below: key, in: finding.path) }
        guard let offset = finding.offset, changes[finding.path] == nil else { return (place, length(of: node, at: place)) }
        return (moved(place, by: offset, in: node), 1)
    }

    private func missing(below key: ConfigNode.Entry?, in path: [String]) -> (SourcePlace, length: Int) {
        if let key, let place = key.place { return (place, key.key.unicodeScalars.count) }
        if path.first == "with", let uses = root.entries?.first(where: { $0.key == "uses" }), let place = uses.place { return (place, 4) }
        return (Fault.start, 1)
    }

    private func length(of node: ConfigNode, at place: SourcePlace) -> Int {
        let text = node.written ?? node.scalarText ?? ""
        if !text.isEmpty, SourceSearch.stands(text, at: place, in: source) { return text.unicodeScalars.count }
        let quoted = text.unicodeScalars.count + 2
        return isQuoted(text, at: place) ? quoted : 1
    }

    /// The place of a character inside a value; the value's own place when it cannot be found there.
    private func moved(_ place: SourcePlace, by offset: Int, in node: ConfigNode) -> SourcePlace {
        let text = node.written ?? node.scalarText ?? ""
        if isQuoted(text, at: place) { return SourcePlace(line: place.line, column: place.column + 1 + offset) }
        if SourceSearch.stands(text, at: place, in: source) { return SourcePlace(line: place.line, column: place.column + offset) }
        return SourceSearch.place(ofCharacter: offset, in: text, folded: place, in: source) ?? place
    }

    private func isQuoted(_ text: String, at place: SourcePlace) -> Bool {
        SourceSearch.stands("\"\(text)\"", at: place, in: source) || SourceSearch.stands("'\(text)'", at: place, in: source)
    }

    /// What came from a variable may be nobody's business: messages show the file's own words.
    private func masked(_ text: String, at path: [String]) -> String {
        guard let change = changes[path], !change.after.isEmpty else { return text }
        let shortened = String(change.after.prefix(40))
        var masked = text
        for shown in [change.after, shortened] {
            masked = masked.split(separator: shown, omittingEmptySubsequences: false).joined(separator: change.before)
            if masked != text { break }
        }
        return masked
    }
}
