import CLinux
import Glibc

/// Which groups may connect to a socket: a file has one group only, so that others are in its access list (acl(5)).
package struct SocketAccess: Sendable {
    /// The group that gets the socket; nil leaves the one that it has.
    let owner: UInt32?
    /// Further groups.
    let others: [UInt32]

    package init(owner: UInt32?, others: Set<UInt32>) {
        self.owner = owner
        self.others = others.subtracting(owner.map { [$0] } ?? []).sorted()
    }

    /// Lets them connect, and nobody else but the owner. What fails leaves the socket to fewer, never to more.
    /// - Returns: what could not be done, a sentence each.
    func apply(to path: String) -> [String] {
        var problems: [String] = []
        // A sandbox may forbid the call (SystemCallFilter=), and mostly the socket has that group from its daemon.
        if let owner, !Self.has(path, group: owner), chown(path, .max, owner) != 0 {
            problems.append("\(path) cannot be given to its group: \(Self.reason)")
        }
        if chmod(path, 0o660) != 0 { problems.append("the mode of \(path) cannot be set: \(Self.reason)") }
        guard !others.isEmpty else { return problems }
        let list = list
        if linux_lsetxattr(path, "system.posix_acl_access", list, list.count, 0) != 0 {
            problems.append(
                """
                \(path) can be opened to one group only, its file system takes no access list: \(Self.reason); \
                fix: name a place on another one with --socket
                """)
        }
        return problems
    }

    /// The list in the kernel's form (`linux/posix_acl_xattr.h`, version 2): little-endian tag, permissions and id, in the order of the tags.
    private var list: [UInt8] {
        let readAndWrite: UInt16 = 6
        let entries: [(tag: UInt16, permissions: UInt16, id: UInt32)] =
            [(0x01, readAndWrite, .max), (0x04, readAndWrite, .max)] + others.map { (0x08, readAndWrite, $0) }
            + [(0x10, readAndWrite, .max), (0x20, 0, .max)]
        return Self.bytes(UInt32(2)) + entries.flatMap { Self.bytes($0.tag) + Self.bytes($0.permissions) + Self.bytes($0.id) }
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }

    private static func has(_ path: String, group: UInt32) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_gid == group
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
