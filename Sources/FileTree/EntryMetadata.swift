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
    /// - Returns: names of attributes that this user or this file system may not have.
    package func apply(to file: HeldDescriptor, keepsOwner: Bool) throws(FileTreeError) -> [PathBytes] {
        let number = file.number
        // A look costs a tenth of a change that a journal has to take.
        let made = try file.status()
        let isOwned = keepsOwner || (made.owner == owner && made.group == group)
        guard isOwned || fchown(number, owner, group) == 0 else { throw .last("give to its owner", PathBytes("")) }
        if !isOwned || made.permissions != permissions {
            guard fchmod(number, mode_t(permissions)) == 0 else { throw .last("set the mode of", PathBytes("")) }
        }
        let refused = try setAttributes { name, value in linux_fsetxattr(number, name, value, value.count, 0) }
        var times = self.times
        guard futimens(number, &times) == 0 else { throw .last("set the time of", PathBytes("")) }
        return refused
    }

    /// Sets everything of a link, a FIFO or a device.
    /// - Returns: as for files.
    func apply(to name: PathBytes, in folder: HeldDescriptor, isLink: Bool, keepsOwner: Bool) throws(FileTreeError) -> [PathBytes] {
        let number = folder.number
        let owned = name.withCString { fchownat(number, $0, owner, group, AT_SYMLINK_NOFOLLOW) }
        guard keepsOwner || owned == 0 else { throw .last("give to its owner", PathBytes("")) }
        if !isLink {
            guard name.withCString({ fchmodat(number, $0, mode_t(permissions), 0) }) == 0 else {
                throw .last("set the mode of", PathBytes(""))
            }
        }
        let path = PathBytes("/proc/self/fd/\(number)").appending(name)
        let refused = try setAttributes { key, value in path.withCString { linux_lsetxattr($0, key, value, value.count, 0) } }
        var times = self.times
        guard name.withCString({ utimensat(number, $0, &times, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw .last("set the time of", PathBytes(""))
        }
        return refused
    }

    private func setAttributes(_ set: (UnsafePointer<CChar>, [UInt8]) -> Int32) throws(FileTreeError) -> [PathBytes] {
        var refused: [PathBytes] = []
        for (name, value) in pairs where name.withCString({ set($0, value) }) != 0 {
            guard [EPERM, EACCES, ENOTSUP, EINVAL, ENOSPC, E2BIG].contains(errno) else {
                throw .last("set the attribute \(name) of", PathBytes(""))
            }
            refused.append(name)
        }
        return refused
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
