import CLinux
import Glibc

/// What an entry has beside its name and content.
package struct EntryMetadata: Sendable {
    /// 0...0o7777.
    package var permissions: UInt32
    package var owner: UInt32
    package var group: UInt32
    package var modified: FileTime
    package var attributes: [ExtendedAttributes.Attribute]
    package var accessList: [AccessRule]
    package var defaultList: [AccessRule]

    /// Of an entry as an earlier look found it.
    package init(
        _ status: FileStatus, attributes: [ExtendedAttributes.Attribute] = [], accessList: [AccessRule] = [], defaultList: [AccessRule] = []
    ) {
        permissions = status.permissions
        owner = status.owner
        group = status.group
        modified = status.modified
        self.attributes = attributes
        self.accessList = accessList
        self.defaultList = defaultList
    }

    /// Sets everything of an open file or folder, the time last. The owner comes first: changing it takes rights and capabilities away.
    /// - Parameter keepsOwner: whether the owner stays who made the entry.
    func apply(to file: HeldDescriptor, keepsOwner: Bool) throws(FileTreeError) {
        let number = file.number
        guard keepsOwner || fchown(number, owner, group) == 0 else { throw .last("give to its owner", PathBytes("")) }
        guard fchmod(number, mode_t(permissions)) == 0 else { throw .last("set the mode of", PathBytes("")) }
        for (name, value) in pairs {
            let result = name.withCString { linux_fsetxattr(number, $0, value, value.count, 0) }
            guard result == 0 else { throw .last("set the attribute \(name) of", PathBytes("")) }
        }
        var times = self.times
        guard futimens(number, &times) == 0 else { throw .last("set the time of", PathBytes("")) }
    }

    /// Sets everything of a link, a FIFO or a device.
    func apply(to name: PathBytes, in folder: HeldDescriptor, isLink: Bool, keepsOwner: Bool) throws(FileTreeError) {
        let number = folder.number
        let owned = name.withCString { fchownat(number, $0, owner, group, AT_SYMLINK_NOFOLLOW) }
        guard keepsOwner || owned == 0 else { throw .last("give to its owner", PathBytes("")) }
        if !isLink {
            guard name.withCString({ fchmodat(number, $0, mode_t(permissions), 0) }) == 0 else {
                throw .last("set the mode of", PathBytes(""))
            }
        }
        let path = PathBytes("/proc/self/fd/\(number)").appending(name)
        for (key, value) in pairs {
            let result = path.withCString { path in key.withCString { linux_lsetxattr(path, $0, value, value.count, 0) } }
            guard result == 0 else { throw .last("set the attribute \(key) of", PathBytes("")) }
        }
        var times = self.times
        guard name.withCString({ utimensat(number, $0, &times, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw .last("set the time of", PathBytes(""))
        }
    }

    /// Attributes, then the lists, which may narrow the mode.
    private var pairs: [(PathBytes, [UInt8])] {
        var pairs = attributes.map { ($0.name, $0.value) }
        if !accessList.isEmpty { pairs.append((PathBytes("system.posix_acl_access"), AccessRule.value(of: accessList))) }
        if !defaultList.isEmpty { pairs.append((PathBytes("system.posix_acl_default"), AccessRule.value(of: defaultList))) }
        return pairs
    }

    /// The time of the last access becomes now.
    private var times: [timespec] {
        [timespec(tv_sec: 0, tv_nsec: LINUX_UTIME_NOW), timespec(tv_sec: Int(modified.seconds), tv_nsec: Int(modified.nanoseconds))]
    }
}
