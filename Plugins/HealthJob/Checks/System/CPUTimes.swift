/// The `cpu` line of /proc/stat, in ticks since boot: proc(5). What guests took is already part of `user` and `nice`.
struct CPUTimes: Codable, Sendable, Hashable {
    /// The fields, in the line's order.
    enum Field: Int, CaseIterable {
        case user, nice, system, idle, iowait, irq, softirq, steal
    }

    /// Ticks that idle or iowait may seem to lose: 3 s, as node_exporter has it. The kernel adds them up from several processors, and says itself that
    /// iowait can decrease.
    static let tolerated: Int64 = 300

    /// One for each field.
    private let ticks: [Int64]

    init(_ ticks: [Int64]) {
        precondition(ticks.count == Field.allCases.count, "\(ticks.count) fields")
        self.ticks = ticks
    }

    /// Reads the line `cpu …` and counts the lines `cpuN …`.
    /// - Returns: nil when the text is none of /proc/stat.
    static func read(_ text: String) -> (times: CPUTimes, cores: Int)? {
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("cpu") }
        guard let line = lines.first, line.hasPrefix("cpu ") else { return nil }
        let numbers = line.split(separator: " ").dropFirst().prefix(Field.allCases.count).compactMap { Int64($0) }
        guard numbers.count == Field.allCases.count, lines.count > 1 else { return nil }
        return (CPUTimes(numbers), lines.count - 1)
    }

    subscript(_ field: Field) -> Int64 { ticks[field.rawValue] }

    /// As in the kernel's line.
    var text: String { ticks.map { String($0) }.joined(separator: " ") }

    /// What went by since an earlier sample.
    /// - Throws: when a counter went back, so that the earlier one is of no use.
    func since(_ earlier: CPUTimes) throws(SampleGap) -> CPUTimes {
        var passed: [Int64] = []
        for field in Field.allCases {
            let difference = self[field] - earlier[field]
            switch field {
            case .idle, .iowait:
                guard difference > -Self.tolerated else { throw .backwards("\(field) of /proc/stat") }
            case .user, .nice, .system, .irq, .softirq, .steal:
                guard difference >= 0 else { throw .backwards("\(field) of /proc/stat") }
            }
            passed.append(max(0, difference))
        }
        return CPUTimes(passed)
    }

    var total: Int64 { ticks.reduce(0, +) }
    var busy: Int64 { total - self[.idle] - self[.iowait] }

    /// A share of the total in percent; nil when no time went by.
    func percent(_ part: Int64) -> Double? { total > 0 ? 100 * Double(part) / Double(total) : nil }

    init(from decoder: any Decoder) throws {
        let numbers = try decoder.singleValueContainer().decode([Int64].self)
        guard numbers.count == Field.allCases.count else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "\(numbers.count) fields, not 8"))
        }
        ticks = numbers
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(ticks)
    }
}
