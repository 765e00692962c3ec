extension Instant: CustomStringConvertible {
    /// The moment in UTC, for example `2027-03-28T01:00:00Z`.
    public var description: String { iso8601(offset: nil) }

    /// The local time at `offset` seconds east of UTC in ISO 8601, for example `2027-03-28T03:00:00+02:00`.
    ///
    /// Milliseconds are printed only when they are not zero. Seconds appear in the offset only for the local mean times
    /// of the nineteenth century. Years outside 0-9999 are printed with as many digits as they need.
    /// - Parameter offset: seconds east of UTC; nil prints `Z`.
    public func iso8601(offset: Int?) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(30)
        appendISO8601(offset: offset, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text of ``iso8601(offset:)`` as UTF-8 without further allocation.
    public func appendISO8601(offset: Int?, to text: inout [UInt8]) {
        let local = LocalTime(localSeconds: seconds &+ Int64(offset ?? 0))
        local.appendDate(to: &text)
        text.append(UInt8(ascii: "T"))
        local.appendTime(to: &text)
        let fraction = Int(milliseconds &- seconds &* 1_000)
        if fraction != 0 {
            text.append(UInt8(ascii: "."))
            text.appendDecimal(fraction, digits: 3)
        }
        guard let offset else { return text.append(UInt8(ascii: "Z")) }
        text.appendOffset(offset)
    }

    /// Reads an ISO 8601 moment such as `2027-03-28T03:00:00+02:00`, `2027-03-28T01:00Z` or `2027-03-28 01:00:00.250Z`.
    ///
    /// Seconds and a fraction (milliseconds are kept) may be missing; the offset must be there, since a local time without one
    /// names two moments in a repeated hour. Returns nil for anything else, impossible dates and the year 10000 included.
    public init?(iso8601 text: String) {
        guard let local = LocalTimeReader.read(text, zone: .required), let offset = local.offset else { return nil }
        self.init(milliseconds: (local.localSeconds - Int64(offset)) * 1_000 + Int64(local.millisecond))
    }
}

extension [UInt8] {
    /// Appends `value` in decimal, padded with zeros to `digits`; negative values get a minus sign.
    mutating func appendDecimal(_ value: Int, digits: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = count
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        while count - start < digits { append(UInt8(ascii: "0")) }
        self[start...].reverse()
    }

    /// Appends an offset from UTC such as `+02:00`; seconds only when there are any.
    mutating func appendOffset(_ offset: Int) {
        append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        let size = Int(offset.magnitude)
        appendDecimal(size / 3_600, digits: 2)
        append(UInt8(ascii: ":"))
        appendDecimal(size / 60 % 60, digits: 2)
        guard size % 60 != 0 else { return }
        append(UInt8(ascii: ":"))
        appendDecimal(size % 60, digits: 2)
    }
}
