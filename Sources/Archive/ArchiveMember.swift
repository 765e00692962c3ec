/// One entry of a pax archive, without its content.
package struct ArchiveMember: Sendable {
    /// What the entry is.
    package enum Kind: Sendable {
        /// Content of exactly `size` bytes follows; `data` lists where it is not a hole, nil when it has none.
        case regular(size: Int64, data: [Range<Int64>]?)
        case folder
        case symbolicLink(target: [UInt8])
        /// Another name of a member that came before.
        case hardLink(to: [UInt8])
        case fifo
        case characterDevice(major: UInt32, minor: UInt32)
        case blockDevice(major: UInt32, minor: UInt32)
    }

    /// One line of a POSIX access control list.
    package struct AccessRule: Sendable {
        /// Whom it speaks of; a number where the kernel keeps one.
        package enum Subject: Sendable {
            case owner
            case user(UInt32)
            case owningGroup
            case group(UInt32)
            case mask
            case others
        }

        package let subject: Subject
        package let permissions: UInt8
        package let isDefault: Bool

        /// - Parameters:
        ///   - permissions: read 4, write 2, execute 1.
        ///   - isDefault: whether new entries of the folder inherit it.
        package init(subject: Subject, permissions: UInt8, isDefault: Bool) {
            self.subject = subject
            self.permissions = permissions
            self.isDefault = isDefault
        }
    }

    /// Relative, any bytes but zero; not UTF-8 is fine.
    package var path: [UInt8]
    /// What it is.
    package var kind: Kind
    /// 0...0o7777.
    package var permissions: UInt32 = 0o600
    /// Number of the owner, stored whether or not there is a name for it.
    package var owner: UInt32 = 0
    /// Number of the group.
    package var group: UInt32 = 0
    /// The owner's name on this machine; empty for none.
    package var ownerName: String = ""
    /// The group's name on this machine; empty for none.
    package var groupName: String = ""
    /// Seconds since 1970 UTC and nanoseconds counted forward from them.
    package var modified: (seconds: Int64, nanoseconds: UInt32) = (0, 0)
    /// Extended attributes, each name closed by a zero byte.
    package var attributes: [(name: [UInt8], value: [UInt8])] = []
    /// Access control lists.
    package var accessRules: [AccessRule] = []

    /// An entry that belongs to root and that only root may use, until said otherwise.
    package init(path: [UInt8], kind: Kind) {
        self.path = path
        self.kind = kind
    }
}
