/// Writes a set of values in the form of a field.
struct FieldText {
    /// Whether the text may begin with `*`.
    enum Star { case never, natural, forced }

    let field: CronField
    let values: [Int]

    /// The field's text; `specials` are further list items such as `LW`.
    func text(_ star: Star, specials: [String] = []) -> String {
        (items(star) + specials).joined(separator: ",")
    }

    /// Whether every value of the field is in the set.
    var isFull: Bool { values.count == field.count }

    /// n when the set is what `*/n` means and holds at least two values (three years, since two are read more easily as a list).
    var starStep: Int? {
        guard values.count >= (field == .year ? 3 : 2), values[0] == field.lowest else { return nil }
        let step = values[1] - values[0]
        return values == Array(stride(from: field.lowest, through: field.highest, by: step)) ? step : nil
    }

    private func items(_ star: Star) -> [String] {
        if values.isEmpty { return [] }
        switch star {
        case .never: return list(values)
        case .natural: return starStep.map { [starText($0)] } ?? list(values)
        case .forced:
            let held = Set(values)
            let step = (1...field.count).first { step in
                stride(from: field.lowest, through: field.highest, by: step).allSatisfy(held.contains)
            }
            guard let step else { return list(values) }
            let rest = values.filter { ($0 - field.lowest) % step != 0 }
            return [starText(step)] + (rest.isEmpty ? [] : list(rest))
        }
    }

    private func starText(_ step: Int) -> String { step == 1 ? "*" : "*/\(step)" }

    /// Ranges for three and more neighbours, one stepped range when the whole set is one, else single values.
    private func list(_ values: [Int]) -> [String] {
        if values.count >= 3, let step = FieldText.commonStep(values), step > 1 {
            return ["\(values[0])-\(values[values.count - 1])/\(step)"]
        }
        var items: [String] = []
        var start = 0
        while start < values.count {
            var end = start
            while end + 1 < values.count, values[end + 1] == values[end] + 1 { end += 1 }
            if end - start >= 2 {
                items.append("\(values[start])-\(values[end])")
            } else {
                items += values[start...end].map { "\($0)" }
            }
            start = end + 1
        }
        return items
    }

    private static func commonStep(_ values: [Int]) -> Int? {
        let step = values[1] - values[0]
        return zip(values, values.dropFirst()).allSatisfy { $1 - $0 == step } ? step : nil
    }
}

extension FixedWidthInteger {
    /// The numbers of the bits that are set, in ascending order.
    var setBits: [Int] { (0..<Self.bitWidth).filter { self >> Self($0) & 1 == 1 } }
}
