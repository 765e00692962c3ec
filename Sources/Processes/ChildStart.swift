import CLinux
import Glibc

/// A program that is to be started: with what it is given here, and with nothing else of ours.
///
/// It begins as a shell would begin it, with no signal blocked or ignored, and it has no descriptor but the standard ones.
package struct ChildStart {
    /// What one of its standard descriptors is.
    package enum Stream: Sendable {
        /// The one of this process.
        case ours
        /// `/dev/null`
        case nothing
        /// A copy of this descriptor.
        case descriptor(Int32)
        /// These bytes, from the first one on.
        case spooled(SpooledInput)
    }

    /// The program, looked for in `PATH` unless it is a path, and its arguments.
    package let arguments: [String]
    /// The file that is carried out, when it is not the first argument.
    package var executable: String?
    /// All of its variables, as `NAME=value`; nil for those of this process.
    package var environment: [String]?
    /// Where it begins; nil for where this process is.
    package var folder: String?
    package var input = Stream.nothing
    package var output = Stream.nothing
    package var errors = Stream.nothing
    /// Whether it leads a process group of its own, so that what it started and left running can be ended with it.
    package var leadsGroup = false

    package init(_ arguments: [String]) { self.arguments = arguments }

    /// Starts it.
    /// - Returns: the child's number; it is to be collected.
    package func start() throws(SpawnFailure) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        try SpawnFailure.unless(prepare(&actions))
        setSignals(&attributes)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = (environment ?? []).map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child: pid_t = 0
        let path = executable ?? arguments.first ?? ""
        try SpawnFailure.unless(
            environment == nil
                ? posix_spawnp(&child, path, &actions, &attributes, &words, environ)
                : posix_spawnp(&child, path, &actions, &attributes, &words, &variables))
        return child
    }

    /// - Returns: 0, or why the child could not be given what is meant; a program in another folder, or with our descriptors, is worse than none.
    private func prepare(_ actions: inout posix_spawn_file_actions_t) -> Int32 {
        for (number, stream) in [(Int32(0), input), (1, output), (2, errors)] {
            let code =
                switch stream {
                case .ours: Int32(0)
                case .nothing: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", number == 0 ? O_RDONLY : O_WRONLY, 0)
                case .descriptor(let copied): posix_spawn_file_actions_adddup2(&actions, copied, number)
                case .spooled(let bytes): posix_spawn_file_actions_adddup2(&actions, bytes.number, number)
                }
            if code != 0 { return code }
        }
        let code = linux_spawn_close_from(&actions, 3)
        guard code == 0, let folder else { return code }
        return linux_spawn_in_folder(&actions, folder)
    }

    private func setSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        if leadsGroup { posix_spawnattr_setpgroup(&attributes, 0) }
        let group = leadsGroup ? POSIX_SPAWN_SETPGROUP : 0
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group))
    }
}

/// Why a program did not start.
package struct SpawnFailure: Error, Hashable, CustomStringConvertible {
    /// errno
    package let code: Int32

    package init(code: Int32) { self.code = code }

    package var description: String { String(cString: strerror(code)) }

    fileprivate static func unless(_ code: Int32) throws(SpawnFailure) {
        if code != 0 { throw SpawnFailure(code: code) }
    }
}
