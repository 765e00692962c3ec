/// A pressure file of the kernel: for how long tasks waited for a resource; Documentation/accounting/psi.rst.
struct PressureFile: Sendable, Hashable {
    /// One line.
    struct Stall: Sendable, Hashable {
        let average10: Double
        let average60: Double
        let average300: Double
        /// Microseconds since the boot.
        let total: Int64
    }

    /// At least one task waited.
    let some: Stall?
    /// All tasks that were not idle waited.
    let full: Stall?

    init(_ text: String) {
        var stalls: [Substring: Stall] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            let values = Dictionary(
                words.dropFirst().compactMap { word -> (Substring, Substring)? in
                    let parts = word.split(separator: "=", maxSplits: 1)
                    return parts.count == 2 ? (parts[0], parts[1]) : nil
                }
            ) { first, _ in first }
            guard let name = words.first, let total = values["total"].flatMap({ Int64($0) }) else { continue }
            let average = { (key: Substring) in values[key].flatMap { Double($0) } ?? 0 }
            stalls[name] = Stall(average10: average("avg10"), average60: average("avg60"), average300: average("avg300"), total: total)
        }
        (some, full) = (stalls["some"], stalls["full"])
    }
}
