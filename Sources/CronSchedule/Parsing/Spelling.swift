/// Finds what somebody may have meant, and shows what they wrote.
enum Spelling {
    /// The candidate nearest to `word`: equal but for case, else at most a third of the letters away; nil when none is near.
    static func nearest(to word: String, in candidates: [String]) -> String? {
        let wanted = Array(word.lowercased().utf8.prefix(64))
        let limit = max(1, wanted.count / 3)
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let name = Array(candidate.lowercased().utf8)
            guard abs(name.count - wanted.count) <= limit else { continue }
            let found = distance(wanted, name)
            if found <= limit, found < best?.distance ?? .max { best = (found, candidate) }
        }
        return best?.name
    }

    /// Letters to insert, drop, replace or swap with their neighbour.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let replaced = last[column] + (left[row] == right[column] ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }

    /// Longest piece of input that a message repeats, in Unicode scalars.
    static let maximumShown = 32

    /// The text with control characters spelled out, cut after ``maximumShown`` scalars.
    static func shown(_ text: some StringProtocol) -> String {
        var shown = ""
        for (place, scalar) in text.unicodeScalars.enumerated() {
            if place == maximumShown { return shown + "…" }
            if scalar.value < 32 || (127...159).contains(scalar.value) || scalar.properties.generalCategory == .format {
                shown += codePoint(scalar)
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// `U+00A0`.
    static func codePoint(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
