/// Reads the compiled zone files of the system (TZif, RFC 9636), versions 1 to 4.
struct TZifReader {
    /// Why a file was not understood; the words complete "the file …".
    struct Refusal: Error, Hashable { let problem: String }

    /// The rule at the end is spelled out up to the end of this year; the calendar of schedules ends before.
    static let lastYearSpelledOut = 2_201
    /// More changes than any real zone has in its table (the largest has 243).
    static let maximumChanges = 4_096

    private let bytes: [UInt8]
    private var position = 0

    private struct Header {
        var version: UInt8
        var utIndicators, standardIndicators, leaps, changes, types, letters: Int

        /// Bytes of the block that follows, when moments take `width` bytes.
        func size(width: Int) -> Int {
            changes * (width + 1) + types * 6 + letters + leaps * (width + 4) + standardIndicators + utIndicators
        }
    }

    /// The table in the bytes of a zone file.
    static func table(in bytes: [UInt8]) throws(Refusal) -> ZoneTable {
        var reader = TZifReader(bytes: bytes)
        return try reader.table()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func table() throws(Refusal) -> ZoneTable {
        var header = try self.header()
        guard header.version >= UInt8(ascii: "2") else { return try table(header, width: 4) }
        try skip(header.size(width: 4))
        header = try self.header()
        return try table(header, width: 8)
    }

    private mutating func header() throws(Refusal) -> Header {
        guard position + 44 <= bytes.count, bytes[position..<position + 4].elementsEqual("TZif".utf8) else {
            throw Refusal(problem: "is not a compiled time zone file")
        }
        let version = bytes[position + 4]
        position += 20
        let header = Header(
            version: version, utIndicators: try number(4), standardIndicators: try number(4), leaps: try number(4),
            changes: try number(4), types: try number(4), letters: try number(4))
        guard (0...TZifReader.maximumChanges).contains(header.changes), (1...256).contains(header.types),
            (0...4_096).contains(header.letters), (0...4_096).contains(header.leaps),
            (0...256).contains(header.utIndicators), (0...256).contains(header.standardIndicators)
        else { throw Refusal(problem: "is damaged: its counts are out of range") }
        return header
    }

    private mutating func table(_ header: Header, width: Int) throws(Refusal) -> ZoneTable {
        guard header.leaps == 0 else { throw Refusal(problem: "counts leap seconds, which the system's clock does not") }
        var moments: [Int64] = []
        for _ in 0..<header.changes { moments.append(Int64(try number(width))) }
        guard zip(moments, moments.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw Refusal(problem: "is damaged: its changes are not in order")
        }
        var kinds: [Int] = []
        for _ in 0..<header.changes { kinds.append(try number(1) & 0xFF) }
        var offsets: [Int] = []
        for _ in 0..<header.types {
            offsets.append(try number(4))
            try skip(2)
        }
        guard kinds.allSatisfy({ $0 < header.types }), offsets.allSatisfy({ abs($0) <= 93_600 }) else {
            throw Refusal(problem: "is damaged: its types are out of range")
        }
        try skip(header.letters + header.standardIndicators + header.utIndicators)
        var changes = zip(moments, kinds).map { (at: $0, offset: offsets[$1]) }
        if width == 8 { changes += try changesByRule(after: moments.last) }
        return ZoneTable(initial: offsets[0], changes: changes)
    }

    /// The changes that the rule in the footer prescribes after the last one of the table.
    private func changesByRule(after last: Int64?) throws(Refusal) -> [(at: Int64, offset: Int)] {
        guard position < bytes.count, bytes[position] == 10, bytes.last == 10, position + 1 < bytes.count else {
            throw Refusal(problem: "is damaged: it ends too early")
        }
        let text = bytes[(position + 1)..<(bytes.count - 1)]
        guard !text.isEmpty else { return [] }
        guard let rule = PosixZoneRuleReader.read(text) else {
            throw Refusal(problem: "ends in a rule that is not understood: \(String(decoding: text, as: UTF8.self))")
        }
        // The offset in force after the table is the last one of the table (RFC 9636, 3.3); without a table it is the rule's own.
        let from = last ?? ZonePeriod.distantPast
        let firstYear = max(LocalTime(localSeconds: max(from, -2_208_988_800)).date.year - 1, 1_900)
        guard rule.saving != nil, firstYear < TZifReader.lastYearSpelledOut else { return [] }
        return rule.changes(in: firstYear...TZifReader.lastYearSpelledOut).filter { $0.at > from }
    }

    /// A big-endian signed number.
    private mutating func number(_ width: Int) throws(Refusal) -> Int {
        guard position + width <= bytes.count else { throw Refusal(problem: "is damaged: it ends too early") }
        var value: Int = bytes[position] >= 0x80 ? -1 : 0
        for byte in bytes[position..<position + width] { value = value << 8 | Int(byte) }
        position += width
        return value
    }

    private mutating func skip(_ count: Int) throws(Refusal) {
        guard count >= 0, position + count <= bytes.count else { throw Refusal(problem: "is damaged: it ends too early") }
        position += count
    }
}
