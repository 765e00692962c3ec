/// The words after a verb as the plugin gets them: it works in another folder, so relative paths become absolute.
struct VerbArguments {
    let words: [String]

    /// - Parameter folder: the caller's working folder.
    init(_ given: [String], in folder: String) {
        words = given.map { word in
            guard word.hasPrefix("-"), let mark = word.firstIndex(of: "=") else { return Self.absolute(word, in: folder) }
            return word[...mark] + Self.absolute(String(word[word.index(after: mark)...]), in: folder)
        }
    }

    /// A word that says it is a path: `.`, `..`, or one that begins with `./` or `../`.
    private static func absolute(_ word: String, in folder: String) -> String {
        guard word == "." || word == ".." || word.hasPrefix("./") || word.hasPrefix("../") else { return word }
        var parts = folder.split(separator: "/")[...]
        for part in word.split(separator: "/") where part != "." {
            if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
