import Testing

/// Numbers by their names, from lines `NAME NUMBER` as tools print them.
func numbers(_ text: String) throws -> [String: Double] {
    var found: [String: Double] = [:]
    for line in text.split(separator: "\n") {
        let words = line.split(separator: " ")
        try #require(words.count == 2, "\(line)")
        let number: Double = try #require(Double(words[1]), "\(line)")
        found[String(words[0])] = number
    }
    return found
}

/// Which of our numbers lie outside of two readings of a tool, one before ours and one after. What others change comes and goes in between, so
/// that it is looked again; a number that is wrong stays outside.
func outside(of tool: () throws -> [String: Double], _ ours: () throws -> [String: Double]) throws -> [String] {
    var strange: [String] = []
    for _ in 0..<100 {
        let before = try tool()
        let mine = try ours()
        let after = try tool()
        try #require(!mine.isEmpty)
        strange = try mine.sorted { $0.key < $1.key }.compactMap { name, value in
            let bounds = [try #require(before[name], "the tool has no \(name)"), try #require(after[name])].sorted()
            return value >= bounds[0] && value <= bounds[1] ? nil : "\(name): \(value) in \(bounds)"
        }
        if strange.isEmpty { return [] }
    }
    return strange
}
