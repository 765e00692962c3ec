import CLinux

/// What `statx` says about a file.
package struct FileStatus: Hashable, Sendable {
    /// What it is.
    package let type: EntryType
    /// Permission bits with set-user-ID, set-group-ID and sticky: 0...0o7777.
    package let permissions: UInt32
    /// Number of the user who owns it.
    package let owner: UInt32
    /// Number of its group.
    package let group: UInt32
    /// Bytes of content; of a symbolic link, bytes of its target.
    package let size: Int64
    /// 512-byte blocks that it occupies.
    package let blocks: Int64
    /// When its content changed, which its owner may set to anything.
    package let modified: FileTime
    /// When its content or metadata changed, set by the kernel only.
    package let changed: FileTime
    /// Device and inode.
    package let identity: FileIdentity
    /// Names that it has.
    package let linkCount: UInt32
    /// The mount it was reached through; tells bind mounts of one device apart.
    package let mount: UInt64
    /// For device nodes: what they stand for.
    package let node: DeviceNumber

    /// The two halves of a device node's number.
    package struct DeviceNumber: Hashable, Sendable {
        /// Tells the driver.
        package let major: UInt32
        /// Tells the device.
        package let minor: UInt32
    }

    /// What to ask `statx` for.
    static let mask = LINUX_STATX_BASIC_STATS | LINUX_STATX_MNT_ID

    /// Reads the kernel's answer; nil for a type that Linux does not define.
    init?(_ raw: statx) {
        guard let type = EntryType(mode: UInt32(raw.stx_mode)) else { return nil }
        self.type = type
        permissions = UInt32(raw.stx_mode) & 0o7777
        owner = raw.stx_uid
        group = raw.stx_gid
        size = Int64(clamping: raw.stx_size)
        blocks = Int64(clamping: raw.stx_blocks)
        modified = FileTime(seconds: raw.stx_mtime.tv_sec, nanoseconds: raw.stx_mtime.tv_nsec)
        changed = FileTime(seconds: raw.stx_ctime.tv_sec, nanoseconds: raw.stx_ctime.tv_nsec)
        identity = FileIdentity(device: UInt64(raw.stx_dev_major) << 32 | UInt64(raw.stx_dev_minor), inode: raw.stx_ino)
        linkCount = raw.stx_nlink
        mount = raw.stx_mnt_id
        node = DeviceNumber(major: raw.stx_rdev_major, minor: raw.stx_rdev_minor)
    }

    /// What an earlier look at a file found, as a list of files keeps it; blocks, mount and device number are not kept, and are zero.
    package init(
        type: EntryType, permissions: UInt32, owner: UInt32, group: UInt32, size: Int64, modified: FileTime, changed: FileTime,
        identity: FileIdentity, linkCount: UInt32
    ) {
        self.type = type
        self.permissions = permissions
        self.owner = owner
        self.group = group
        self.size = size
        blocks = 0
        self.modified = modified
        self.changed = changed
        self.identity = identity
        self.linkCount = linkCount
        mount = 0
        node = DeviceNumber(major: 0, minor: 0)
    }

    /// Whether nothing that tells of a change differs: the test between the first and the last byte read of a file.
    package func isUnchanged(since earlier: FileStatus) -> Bool {
        identity == earlier.identity && size == earlier.size && modified == earlier.modified && changed == earlier.changed
    }
}
