import CLinux
import ControlAPI
import ControlClient
import Glibc
import JobFiles
import Logging
import Runner
import Synchronization

/// The control socket while the daemon lives. A socket that cannot be had costs the control, never the schedule.
struct ControlService: Sendable {
    private let control: DaemonControl
    private let path: String
    private let admission: SocketAccess
    private let log: Logger

    init(control: DaemonControl, locations: Locations, settings: DaemonSettings, log: Logger) {
        self.control = control
        self.log = log
        path = locations.socketPath
        let others = (settings.operators.dropFirst() + settings.viewers).compactMap { Self.group(named: $0, log: log) }
        admission = SocketAccess(owner: settings.operators.first.flatMap { Self.group(named: $0, log: log) }, others: Set(others))
    }

    private static func group(named name: String, log: Logger) -> UInt32? {
        do throws(RunnerError) {
            return try AccessPolicy.group(named: name)
        } catch {
            log.error("the control socket is not for the group \(name): \(error)")
            return nil
        }
    }

    /// How long to wait before looking again whether somebody else still listens at the place.
    private static let patience = Duration.seconds(2)

    /// Serves until the task is cancelled.
    /// - Parameter ready: called when the socket can be asked, or cannot be had for now.
    func work(ready: @escaping @Sendable () -> Void) async {
        let bound = Mutex<stat?>(nil)
        do {
            guard try await isFreeInTheEnd(otherwise: ready) else { return ready() }
            let quota = PeerQuota(exempt: [0, geteuid()])
            try await ControlServer(path: path, access: admission, control: control, log: log, quota: quota).run {
                bound.withLock { $0 = Self.status(of: path) }
                ready()
            }
        } catch is CancellationError {
            // The daemon stops.
        } catch {
            log.error("there is no control socket at \(path): \(error); fix: name another with --socket, or correct the folder's rights")
            ready()
        }
        // Somebody else's socket stays, also one that came to this place since.
        let (own, found) = (bound.withLock { $0 }, Self.status(of: path))
        if let own, let found, found.st_dev == own.st_dev, found.st_ino == own.st_ino { unlink(path) }
    }

    /// What lies at a path, a link being a link; nil for nothing.
    private static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    /// Waits as long as somebody else listens: a process that a daemon left behind may have inherited its socket.
    /// - Parameter blocked: called when there is somebody to wait for.
    private func isFreeInTheEnd(otherwise blocked: () -> Void) async throws -> Bool {
        var isTold = false
        while true {
            switch ControlClient(socketPath: path).reachability() {
            case .nobody, .tooLong: return isFree()
            case .listening, .forbidden:
                if !isTold {
                    log.error(
                        """
                        there is no control socket yet: somebody else listens at \(path); it is tried again every \(Self.patience); \
                        fix: end that process, or name another place with --socket
                        """)
                    blocked()
                }
                isTold = true
                try await Task.sleep(for: Self.patience)
            }
        }
    }

    /// Whether the place can be taken where nobody listens: a socket is replaced, anything else never.
    private func isFree() -> Bool {
        let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
        if access(folder, F_OK) != 0, mkdir(folder, 0o755) != 0 {
            log.error(
                "there is no control socket: cannot make \(folder): \(errnoText()); fix: make it, or name another place with --socket")
            return false
        }
        guard Self.status(of: path).map({ $0.st_mode & S_IFMT == S_IFSOCK }) ?? true else {
            log.error(
                "there is no control socket: what lies at \(path) is no socket; fix: name another place with --socket, or move it away")
            return false
        }
        guard path.utf8.count <= ControlClient.longestPath else {
            log.error(
                """
                there is no control socket: \(path) has \(path.utf8.count) bytes, and a socket's name may have \
                \(ControlClient.longestPath); fix: name a shorter place with --socket
                """)
            return false
        }
        return true
    }
}
