extension String {
    /// As it is stored: SQLite's texts end at a zero character, so that what follows it would be lost without a word.
    var storable: String { utf8.contains(0) ? String(map { $0 == "\u{0}" ? "\u{2400}" : $0 }) : self }
}
