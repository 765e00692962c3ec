extension StringProtocol {
    /// At most `bound` bytes of it, and a mark where something was left out; a character is never cut.
    func clipped(to bound: Int) -> String {
        guard utf8.count > bound else { return String(self) }
        var text = ""
        var size = 0
        for character in self {
            size += character.utf8.count
            if size > bound - 3 { break }
            text.append(character)
        }
        return text + "…"
    }
}
