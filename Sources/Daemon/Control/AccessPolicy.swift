package import ControlAPI
package import ControlClient
import Glibc
import Runner

/// Which role a user of this machine has: by number for root and the daemon's own user, by groups for all others.
package struct AccessPolicy: Sendable {
    private let ownUser: UInt32
    private let operators: Set<UInt32>
    private let viewers: Set<UInt32>
    private let groups: @Sendable (UInt32) -> [UInt32]

    /// - Parameters:
    ///   - ownUser: the uid that the daemon runs as.
    ///   - operators: numbers of groups.
    ///   - viewers: numbers of groups.
    ///   - groups: all groups of a uid; asked per call, so that a change of the user database counts at once.
    package init(
        ownUser: UInt32, operators: Set<UInt32>, viewers: Set<UInt32>, groups: @escaping @Sendable (UInt32) -> [UInt32] = Self.groups
    ) {
        self.ownUser = ownUser
        self.operators = operators
        self.viewers = viewers
        self.groups = groups
    }

    /// What a peer may do; nil for nothing.
    package func role(of peer: Peer) -> ControlRole? {
        if peer.uid == 0 || peer.uid == ownUser { return .admin }
        let member = Set(groups(peer.uid)).union([peer.gid])
        if !member.isDisjoint(with: operators) { return .operator }
        return member.isDisjoint(with: viewers) ? nil : .viewer
    }

    /// The groups of a user, as the machine's user database has them (getgrouplist(3)); none for a number without a name.
    package static func groups(of uid: UInt32) -> [UInt32] {
        // A database that cannot be asked gives no rights: root and the daemon's user need none of it.
        (try? UserRecord.numbered(uid))?.groups ?? []
    }

    /// The name of a user; nil for a number without one.
    static func name(of uid: UInt32) -> String? { (try? UserRecord.numbered(uid))?.name }

    /// The number of a group; nil when there is none of that name.
    package static func group(named name: String) -> UInt32? {
        var entry = Glibc.group()
        var result: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &result) == 0, result != nil else { return nil }
        return entry.gr_gid
    }
}
