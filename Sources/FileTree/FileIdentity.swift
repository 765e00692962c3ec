/// The pair that tells one file from every other on the machine.
package struct FileIdentity: Hashable, Sendable {
    /// The number of the file system's device (major and minor in one).
    package let device: UInt64
    /// The file's number on that device.
    package let inode: UInt64

    /// Takes both numbers as `stat` gives them.
    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}
