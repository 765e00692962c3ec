/// One value of a program's performance data: `'label'=value[unit];[warning];[critical];[least];[most]`.
struct PerformanceValue: Sendable, Hashable {
    /// Values that are read of one answer.
    static let bound = 100

    let label: String
    /// nil for `U`: it could not be determined.
    let value: Double?
    let unit: String
    let warning: ThresholdRange?
    let critical: ThresholdRange?
    let least: Double?
    let most: Double?

    /// The values of a text, with blanks between them; what is no value is left out.
    static func all(in text: some StringProtocol) -> [PerformanceValue] {
        var values: [PerformanceValue] = []
        var rest = Substring(text)
        while values.count < bound {
            rest = rest.drop { $0.isWhitespace }
            guard !rest.isEmpty else { break }
            guard let (label, after) = label(at: rest) else {
                // Not a value: on to the next blank.
                rest = rest.drop { !$0.isWhitespace }
                continue
            }
            let body = after.prefix { !$0.isWhitespace }
            rest = after[body.endIndex...]
            if let value = PerformanceValue(label: label, body: body) { values.append(value) }
        }
        return values
    }

    /// A label and what stands behind its `=`. In quotes a label may hold blanks, and a quote as two.
    private static func label(at text: Substring) -> (String, Substring)? {
        guard text.first == "'" else {
            let label = text.prefix { $0 != "=" && !$0.isWhitespace }
            let after = text[label.endIndex...]
            return after.first == "=" && !label.isEmpty ? (String(label), after.dropFirst()) : nil
        }
        var label = ""
        var rest = text.dropFirst()
        while let character = rest.first {
            rest.removeFirst()
            if character != "'" {
                label.append(character)
            } else if rest.first == "'" {
                label.append("'")
                rest.removeFirst()
            } else {
                return rest.first == "=" && !label.isEmpty ? (label, rest.dropFirst()) : nil
            }
        }
        return nil
    }

    private init?(label: String, body: Substring) {
        let fields = body.split(separator: ";", omittingEmptySubsequences: false).map(Self.withPoint)
        guard let first = fields.first, !first.isEmpty else { return nil }
        self.label = label
        if first == "U" {
            (value, unit) = (nil, "")
        } else {
            let number = Self.number(at: first)
            guard number.contains(where: \.isNumber) else { return nil }
            // What has several marks is no number that one can be sure of, and one without an end goes into no result.
            value = Double(number).flatMap { $0.isFinite ? $0 : nil }
            unit = value == nil ? "" : String(first[number.endIndex...])
        }
        func field(_ index: Int) -> Substring? { fields.count > index && !fields[index].isEmpty ? fields[index] : nil }
        warning = field(1).flatMap { ThresholdRange($0) }
        critical = field(2).flatMap { ThresholdRange($0) }
        least = field(3).flatMap { Double($0) }
        most = field(4).flatMap { Double($0) }
    }

    /// The number that a text begins with, with its exponent: what is printed of a double is `1e-05` as well.
    private static func number(at text: Substring) -> Substring {
        let plain = text.prefix { "0123456789.,+-".contains($0) }
        var rest = text[plain.endIndex...]
        guard !plain.isEmpty, let mark = rest.popFirst(), mark == "e" || mark == "E" else { return plain }
        if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
        let digits = rest.prefix { "0123456789".contains($0) }
        return digits.isEmpty ? plain : text[..<digits.endIndex]
    }

    /// In many languages a number has a comma: programs that heed the machine's language write `0,5`.
    private static func withPoint(_ field: Substring) -> Substring {
        let isPlain = !field.contains(".") && field.split(separator: ":").allSatisfy { $0.count(where: { $0 == "," }) <= 1 }
        return isPlain ? Substring(field.replacing(",", with: ".")) : field
    }

    /// What its own thresholds say about it.
    var alarm: String? {
        guard let value else { return nil }
        if critical?.isAlarm(for: value) == true { return "critical" }
        if warning?.isAlarm(for: value) == true { return "warning" }
        return nil
    }
}
