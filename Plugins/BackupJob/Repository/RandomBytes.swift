import CLinux

/// Random numbers of the kernel.
enum RandomBytes {
    /// So many of them.
    static func make(_ count: Int) -> [UInt8] {
        var random = [UInt8](repeating: 0, count: count)
        let filled = random.withUnsafeMutableBytes { linux_getrandom($0.baseAddress, $0.count, 0) }
        precondition(filled == random.count, "the kernel gave \(filled) random bytes instead of \(random.count)")
        return random
    }
}
