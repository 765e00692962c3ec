/// What /proc/meminfo says, in bytes: proc(5).
struct MemoryInfo: Sendable, Hashable {
    let total: Int64
    /// What programs can have without swapping.
    let available: Int64
    let swapTotal: Int64
    let swapFree: Int64

    /// - Returns: nil when a line is missing.
    init?(_ text: String) {
        let table = KernelTable(text)
        guard let total = table["MemTotal"], let available = table["MemAvailable"], total > 0 else { return nil }
        self.total = total * 1024
        self.available = available * 1024
        swapTotal = (table["SwapTotal"] ?? 0) * 1024
        swapFree = (table["SwapFree"] ?? 0) * 1024
    }

    /// As `free` says it.
    var used: Int64 { total - available }
    var percent: Double { 100 * Double(used) / Double(total) }

    static let rule = "100 x (MemTotal - MemAvailable) / MemTotal of /proc/meminfo"

    /// The numbers behind ``percent``.
    var inputs: [String: String] {
        [
            "memory_total_bytes": String(total), "memory_available_bytes": String(available), "memory_used_bytes": String(used),
            "memory_total_gb": (Double(total) / 1e9).shortText, "memory_used_gb": (Double(used) / 1e9).shortText, "rule": Self.rule,
        ]
    }
}
