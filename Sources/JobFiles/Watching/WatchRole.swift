import Glibc

/// What a folder is watched for.
enum WatchRole: Hashable, Sendable {
    /// It holds job files.
    case jobs
    /// This entry of it is a folder that leads to what is watched, there or not.
    case way(String)
    /// This entry of it is a file of variables.
    case file(String)

    /// The events to ask for (inotify(7)). Writing alone is none: a file counts when its writer closes it.
    var mask: UInt32 {
        let names = UInt32(IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
        let itself = UInt32(IN_DELETE_SELF | IN_MOVE_SELF)
        return switch self {
        case .way: names | itself
        case .jobs, .file: names | itself | UInt32(IN_CLOSE_WRITE | IN_ATTRIB)
        }
    }
}

/// What follows from an event.
enum WatchVerdict: Hashable, Sendable {
    case nothing
    /// Job files may say something else now.
    case load
    /// What has to be watched may have moved.
    case watchAnew

    /// - Parameters:
    ///   - mask: what happened.
    ///   - name: of the entry of the folder; empty for the folder itself.
    ///   - roles: what the folder is watched for.
    ///   - isWhole: whether the entry is all there at once (a link, a further name of a file); a file that was just made is still to be
    ///     written.
    init(mask: UInt32, name: String, roles: Set<WatchRole>, isWhole: () -> Bool) {
        if mask & UInt32(IN_Q_OVERFLOW) != 0 {
            self = .watchAnew
        } else if roles.isEmpty {
            self = .nothing
        } else if mask & UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED) != 0 || roles.contains(.way(name)) {
            self = .watchAnew
        } else if Self.concerns(name, roles) {
            let isMade = mask & UInt32(IN_CREATE) != 0 && mask & UInt32(IN_ISDIR) == 0
            self = isMade && !isWhole() ? .nothing : .load
        } else {
            self = .nothing
        }
    }

    private static func concerns(_ name: String, _ roles: Set<WatchRole>) -> Bool {
        if roles.contains(.file(name)) { return true }
        guard roles.contains(.jobs) else { return false }
        // Kubernetes swaps the files of a mounted ConfigMap by this one link.
        if name.isEmpty || name == "..data" { return true }
        return JobName(file: name) != .none
    }
}
