/// What an S3 server answers: XML without attributes that matter, of which single elements are wanted.
struct S3Answer {
    private let text: Substring

    init(_ body: [UInt8]) { text = Substring(String(decoding: body, as: UTF8.self)) }
    private init(_ text: Substring) { self.text = text }

    /// All elements of a name, in order; one in another of the same name is not found.
    func elements(_ name: String) -> [S3Answer] {
        var found: [S3Answer] = []
        var rest = text
        while let start = rest.firstRange(of: "<\(name)>") {
            let content = rest[start.upperBound...]
            guard let end = content.firstRange(of: "</\(name)>") else { break }
            found.append(S3Answer(content[..<end.lowerBound]))
            rest = content[end.upperBound...]
        }
        return found
    }

    /// The text of the first element of a name.
    subscript(name: String) -> String? {
        guard let text = elements(name).first?.text else { return nil }
        return String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"").replacing(
            "&#34;", with: "\""
        )
        .replacing("&apos;", with: "'").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    }

    /// Whether the root is an element of this name; attributes of it do not count.
    func isAbout(_ name: String) -> Bool { text.firstRange(of: "<\(name)") != nil }
}
