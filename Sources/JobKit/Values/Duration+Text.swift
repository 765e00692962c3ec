extension Duration {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000),
    ]

    /// Reads `90s`, `1h30m`, `500ms`, `2d`, `1w`: whole numbers, each with its unit (ms, s, m, h, d, w), largest first.
    /// - Returns: nil for anything else, and for what is longer than 100 years.
    public init?(settingText text: String) {
        var total: Int64 = 0
        var smallest = Int64.max
        var rest = text.utf8[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            let letters = rest[digits.endIndex...].prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
            guard !digits.isEmpty, digits.count <= 13, let number = Int64(String(Substring(digits))),
                let unit = Self.units.first(where: { $0.name.utf8.elementsEqual(letters) }), unit.milliseconds < smallest
            else { return nil }
            let (product, tooLarge) = number.multipliedReportingOverflow(by: unit.milliseconds)
            let (sum, overflow) = total.addingReportingOverflow(product)
            guard !tooLarge, !overflow, sum <= 3_155_760_000_000 else { return nil }
            total = sum
            smallest = unit.milliseconds
            rest = rest[letters.endIndex...]
        }
        self = .milliseconds(total)
    }

    /// The whole milliseconds in this duration, rounded down.
    public var wholeMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }

    /// As a setting is written, for example `1h30m`; `0s` for none.
    public var settingText: String {
        var rest = wholeMilliseconds
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in Self.units.reversed() where unit.name != "w" && rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }
}
