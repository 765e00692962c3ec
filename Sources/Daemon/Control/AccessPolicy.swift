package import ControlAPI
package import ControlClient

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
        ownUser: UInt32, operators: Set<UInt32>, viewers: Set<UInt32>, groups: @escaping @Sendable (UInt32) -> [UInt32]
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
}
