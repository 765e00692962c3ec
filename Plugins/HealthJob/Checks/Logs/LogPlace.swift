import Glibc

/// A place in a log file: which file it is, and how far it was read.
struct LogPlace: Codable, Sendable, Hashable {
    /// Bytes at the beginning by which a file is known again that was emptied and has grown since.
    static let headBound = 256

    let device: UInt64
    let inode: UInt64
    /// Bytes that were read.
    var offset: Int64
    /// Of the first ``headSize`` bytes.
    private(set) var headDigest: UInt64
    private(set) var headSize: Int

    init(_ status: stat, offset: Int64, head: [UInt8]) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        self.offset = offset
        headSize = head.count
        headDigest = Self.digest(head)
    }

    func isOf(_ status: stat) -> Bool { device == UInt64(status.st_dev) && inode == UInt64(status.st_ino) }

    /// Whether a file still begins as it did.
    func begins(as head: [UInt8]) -> Bool { head.count >= headSize && Self.digest(head.prefix(headSize)) == headDigest }

    /// FNV-1a: nobody has anything to gain from a clash.
    private static func digest(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
