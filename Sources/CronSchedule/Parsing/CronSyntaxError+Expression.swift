extension Span where Element == UInt8 {
    /// The text of a range of UTF-8 bytes; cut-off sequences are repaired.
    func text(_ range: Range<Int>) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for place in range { copy.append(self[place]) }
        return String(decoding: copy, as: UTF8.self)
    }
}

/// Refusals of the expression as a whole.
extension CronSyntaxError {
    /// - Parameter offset: place in UTF-8 bytes, turned into a column in Unicode scalars.
    init(at offset: Int, in bytes: Span<UInt8>, _ message: String, fix: String) {
        var column = 1
        for place in 0..<min(offset, bytes.count) where bytes[place] & 0xC0 != 0x80 { column += 1 }
        self.init(column: column, message: message, fix: fix)
    }

    static func tooLong(_ bytes: Span<UInt8>) -> CronSyntaxError {
        CronSyntaxError(
            at: CronSchedule.maximumLength, in: bytes, "the expression is longer than \(CronSchedule.maximumLength) bytes",
            fix: "use ranges and steps, or split it into several expressions")
    }

    static func zonePrefix(at offset: Int, in bytes: Span<UInt8>) -> CronSyntaxError {
        CronSyntaxError(
            at: offset, in: bytes, "a time zone has no place inside the expression",
            fix: "take it out and write timezone: as a key of the job, or --timezone on the command line")
    }

    static func strangeCharacter(at offset: Int, in bytes: Span<UInt8>) -> CronSyntaxError {
        var end = offset + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        let scalar = bytes.text(offset..<end).unicodeScalars.first ?? "?"
        let shown = scalar.value > 0xA0 && scalar.properties.generalCategory != .format ? "\(scalar) (\(Spelling.codePoint(scalar)))" : nil
        return CronSyntaxError(
            at: offset, in: bytes, "the character \(shown ?? Spelling.codePoint(scalar)) has no meaning in an expression",
            fix: "use ASCII letters, digits and * , - / ? # ( ) @, and blanks or tabs between fields")
    }

    static let layouts =
        "write 5 fields: minute hour day-of-month month day-of-week; 6: second first; 7: second first and year last"

    static func wrongCount(_ fields: FieldRanges, in bytes: Span<UInt8>) -> CronSyntaxError {
        guard fields.count > 0 else {
            return CronSyntaxError(at: bytes.count, in: bytes, "the expression is empty", fix: layouts)
        }
        guard fields.count <= 7 else {
            return CronSyntaxError(at: fields[7].lowerBound, in: bytes, "an expression has at most 7 fields", fix: layouts)
        }
        let word = bytes.text(fields[0])
        let nicknames = ["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly", "every", "reboot"]
        if fields.count <= 2, let nickname = nicknames.first(where: { $0 == word.lowercased() }) {
            return CronSyntaxError(
                at: fields[0].lowerBound, in: bytes, "nicknames begin with @: \(Spelling.shown(word))", fix: "did you mean @\(nickname)?")
        }
        return CronSyntaxError(
            at: fields[fields.count - 1].upperBound, in: bytes,
            "an expression has 5, 6 or 7 fields, this one has \(fields.count)", fix: layouts)
    }
}
