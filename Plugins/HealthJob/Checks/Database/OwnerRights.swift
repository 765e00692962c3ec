import CLinux
import Glibc

/// The rights of a file's owner, for a thread of root's.
enum OwnerRights {
    /// Does something with no more rights to files than `user` and `group` have, and only on this thread; without being root as itself.
    ///
    /// What SQLite might make beside a database then belongs to its owner, and no folder is entered that the owner could not enter. The
    /// supplementary groups stay root's.
    /// - Returns: nil, and nothing is done, where root may not take them, as in a sandbox.
    static func acting<Result>(as user: uid_t, _ group: gid_t, _ body: () -> Result) -> Result? {
        guard geteuid() == 0, user != 0 else { return body() }
        let formerGroup = linux_setfsgid(group)
        let formerUser = linux_setfsuid(user)
        defer {
            linux_setfsuid(uid_t(bitPattern: formerUser))
            linux_setfsgid(gid_t(bitPattern: formerGroup))
        }
        // Neither call tells of a failure. An id that there cannot be changes nothing, and the answer is the one of now.
        guard linux_setfsuid(.max) == Int32(bitPattern: user), linux_setfsgid(.max) == Int32(bitPattern: group) else { return nil }
        return body()
    }
}
