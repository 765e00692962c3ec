/// The room that a receiver has for a text. What is too long is cut between characters, and the text then says so.
struct TextLimit {
    private static let mark = "… (cut)"

    let limit: Int
    /// What a character takes, by the receiver's own measure and in its own spelling.
    private let cost: (Character) -> Int

    /// So many units of UTF-16: no receiver counts a character as more than that.
    static func units(_ limit: Int) -> TextLimit { TextLimit(limit: limit) { $0.utf16.count } }

    /// So many bytes of UTF-8.
    static func bytes(_ limit: Int) -> TextLimit { TextLimit(limit: limit) { $0.utf8.count } }

    /// So many units of UTF-16 of what a character becomes.
    static func units(_ limit: Int, as spelling: @escaping (Character) -> String) -> TextLimit {
        TextLimit(limit: limit) { spelling($0).utf16.count }
    }

    func cut(_ text: String) -> String {
        let room = limit - Self.mark.map(cost).reduce(0, +)
        var used = 0
        var lastFit = text.startIndex
        for index in text.indices {
            used += cost(text[index])
            if used <= room { lastFit = text.index(after: index) }
            guard used <= limit else { return room > 0 ? text[..<lastFit] + Self.mark : String(text[..<lastFit]) }
        }
        return text
    }
}
