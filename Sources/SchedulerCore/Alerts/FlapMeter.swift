/// Whether a key changes too often to be told of each change.
///
/// The share of changes among the last 21 results, newer ones weighing more (0.8 to 1.2), as in Nagios
/// (https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/flapping.html). Unknown results are left out.
package struct FlapMeter: Sendable, Hashable, Codable {
    package static let length = 21
    package static let start = 0.30
    package static let stop = 0.20

    /// The last results, oldest first, a letter each.
    private(set) var letters = ""
    package private(set) var isFlapping = false

    package init() {}

    /// Counts a result.
    package mutating func count(_ level: AlertLevel) {
        let letter: Character
        switch level {
        case .unknown: return
        case .ok: letter = "o"
        case .warning: letter = "w"
        case .critical: letter = "c"
        }
        letters = String((letters + String(letter)).suffix(Self.length))
        let share = share
        if share >= Self.start { isFlapping = true }
        if share < Self.stop { isFlapping = false }
    }

    /// Whether nothing bad is remembered.
    var isQuiet: Bool { !isFlapping && letters.allSatisfy { $0 == "o" } }

    /// The weighted share of changes; results that are still to come count as none.
    package var share: Double {
        let kept = Array(letters)
        guard kept.count > 1 else { return 0 }
        let places = Self.length - 1
        var sum = 0.0
        for index in 1..<kept.count where kept[index] != kept[index - 1] {
            // The newest change has the last place.
            let place = places - (kept.count - index)
            sum += 0.8 + 0.4 * Double(place) / Double(places - 1)
        }
        return sum / Double(places)
    }
}
