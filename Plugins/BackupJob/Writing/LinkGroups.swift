import FileTree

/// Files with several names, from their first name in the walk to their last.
struct LinkGroups {
    /// The most groups with names still to come; files of further ones are stored once for each name.
    static let maximumCount = 1_000_000

    /// What became of a file with several names.
    struct Group {
        /// Its first one.
        let name: PathBytes
        /// Whether the archive that is being written holds it, and not an earlier one.
        let isStored: Bool
        fileprivate var left: UInt32
    }

    private var groups: [FileIdentity: Group] = [:]

    /// The group of a file whose first name came before; a name is asked for once.
    mutating func group(of status: FileStatus) -> Group? {
        guard status.linkCount > 1, var group = groups[status.identity] else { return nil }
        group.left -= 1
        groups[status.identity] = group.left > 0 ? group : nil
        return group
    }

    /// Remembers a file's first name.
    /// - Returns: false when there are too many groups.
    mutating func remember(_ status: FileStatus, at path: PathBytes, isStored: Bool) -> Bool {
        guard status.linkCount > 1, groups[status.identity] == nil else { return true }
        guard groups.count < Self.maximumCount else { return false }
        groups[status.identity] = Group(name: path, isStored: isStored, left: status.linkCount - 1)
        return true
    }
}
