/// What statvfs(3) says of a file system, and the numbers that df(1) makes of it.
struct DiskUsage: Sendable, Hashable {
    /// In units of `fragment`.
    let blocks: UInt64
    let free: UInt64
    /// For users other than root; below zero where root has used some of what is reserved.
    let available: Int64
    /// Bytes.
    let fragment: UInt64
    let files: UInt64
    let freeFiles: UInt64

    var used: UInt64 { blocks >= free ? blocks - free : 0 }

    /// As df prints it: the used share of what is not reserved, rounded up; nil for a file system without blocks.
    var percent: Int? {
        let (whole, isTooLarge) = Int64(clamping: used).addingReportingOverflow(available)
        return isTooLarge ? Self.share(used / 4, of: Int64(clamping: used / 4) + available / 4) : Self.share(used, of: whole)
    }
    /// As df -i prints it; nil for a file system that makes inodes as it needs them (btrfs).
    var inodePercent: Int? { Self.share(files >= freeFiles ? files - freeFiles : 0, of: Int64(clamping: files)) }

    var totalBytes: UInt64 { blocks &* fragment }
    var usedBytes: UInt64 { used &* fragment }
    var availableBytes: Int64 { available &* Int64(clamping: fragment) }

    private static func share(_ part: UInt64, of whole: Int64) -> Int? {
        guard whole > 0 else { return nil }
        // What a file system of a program says may be anything: twice the width has room for it.
        let product = part.multipliedFullWidth(by: 100)
        guard product.high < UInt64(whole) else { return nil }
        let (quotient, rest) = UInt64(whole).dividingFullWidth(product)
        return Int(clamping: quotient &+ (rest == 0 || quotient == .max ? 0 : 1))
    }

    static let spaceRule = "100 x (f_blocks - f_bfree) / (f_blocks - f_bfree + f_bavail), rounded up, of statvfs: as df"
    static let inodeRule = "100 x (f_files - f_ffree) / f_files, rounded up, of statvfs: as df -i"

    var spaceInputs: [String: String] {
        [
            "f_blocks": String(blocks), "f_bfree": String(free), "f_bavail": String(available), "f_frsize": String(fragment),
            "disk_total_bytes": String(totalBytes), "disk_used_bytes": String(usedBytes), "disk_available_bytes": String(availableBytes),
            "disk_total_gb": (Double(totalBytes) / 1e9).shortText, "disk_used_gb": (Double(usedBytes) / 1e9).shortText,
            "rule": Self.spaceRule,
        ]
    }

    var inodeInputs: [String: String] {
        ["f_files": String(files), "f_ffree": String(freeFiles), "rule": Self.inodeRule]
    }
}
