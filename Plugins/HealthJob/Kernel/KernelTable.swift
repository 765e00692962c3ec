/// Files of the kernel with a name and numbers on each line, such as `/proc/meminfo`, `/proc/vmstat`, `memory.stat`.
struct KernelTable: Sendable {
    private let numbers: [Substring: Int64]

    init(_ text: String) {
        var numbers: [Substring: Int64] = [:]
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(maxSplits: 2) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "\t") }
            guard words.count > 1, let number = Int64(Substring(words[1])) else { continue }
            numbers[Substring(words[0])] = number
        }
        self.numbers = numbers
    }

    /// The first number of the line; nil when there is none of the name.
    subscript(_ name: String) -> Int64? { numbers[name[...]] }
}
