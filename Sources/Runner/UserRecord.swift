import Glibc

/// A user of this machine with everything a process of theirs gets.
package struct UserRecord: Sendable, Equatable {
    /// The login name.
    package var name: String
    /// The number of the user.
    package var uid: UInt32
    /// The number of the primary group.
    package var gid: UInt32
    /// All groups, the primary one included.
    package var groups: [UInt32]
    /// The home folder.
    package var home: String
    /// The login shell.
    package var shell: String

    /// A user put together by hand.
    package init(name: String, uid: UInt32, gid: UInt32, groups: [UInt32], home: String, shell: String) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.groups = groups
        self.home = home
        self.shell = shell
    }

    /// Looks a user up by name.
    /// - Throws: ``RunnerError/unknownUser(name:)``, or the system's reason why the lookup failed.
    package init(named name: String) throws(RunnerError) {
        let found = try Self.find(name) { entry, buffer, size, result in getpwnam_r(name, entry, buffer, size, result) }
        guard let found else { throw .unknownUser(name: name) }
        self = found
    }

    /// The user of this process; nil when its number has no name.
    package static func current() throws(RunnerError) -> UserRecord? { try numbered(geteuid()) }

    /// The user of this number; nil when it has no name.
    package static func numbered(_ uid: UInt32) throws(RunnerError) -> UserRecord? {
        try find("uid \(uid)") { entry, buffer, size, result in getpwuid_r(uid, entry, buffer, size, result) }
    }

    private typealias Lookup = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    /// Runs a lookup with a buffer that grows until the entry fits, at most 1 MiB.
    private static func find(_ subject: String, _ lookup: Lookup) throws(RunnerError) -> UserRecord? {
        var size = 4096
        while true {
            var entry = passwd()
            var result: UnsafeMutablePointer<passwd>?
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            let code = lookup(&entry, buffer, size, &result)
            if code == 0 { return result == nil ? nil : UserRecord(entry) }
            guard code == ERANGE, size < 1 << 20 else {
                throw .system(action: "look up the user", subject: subject, code: code, fix: "check the machine's user database")
            }
            size *= 4
        }
    }

    private init(_ entry: passwd) {
        let name = String(cString: entry.pw_name)
        self.init(
            name: name, uid: entry.pw_uid, gid: entry.pw_gid, groups: Self.groups(of: name, primary: entry.pw_gid),
            home: String(cString: entry.pw_dir), shell: String(cString: entry.pw_shell))
    }

    private static func groups(of name: String, primary: UInt32) -> [UInt32] {
        var count: Int32 = 64
        var groups = [UInt32](repeating: 0, count: Int(count))
        while getgrouplist(name, primary, &groups, &count) < 0 {
            groups = [UInt32](repeating: 0, count: max(Int(count), groups.count * 2))
            count = Int32(groups.count)
        }
        return Array(groups.prefix(Int(count)))
    }
}
