import Dispatch
import Glibc

/// This program where a daemon has started it to answer for a caller who may not read the daemon's files.
enum DaemonAnswer {
    /// Whether that is so: then it looks, and changes nothing.
    static var isWanted: Bool { getenv("ACORE_SCHED_ANSWERS") != nil }

    /// Ends this process when nobody reads any more what it prints: the caller has gone, or the daemon was killed.
    static func endWithItsReader() {
        guard isWanted else { return }
        DispatchQueue.global().async {
            // A pipe whose other end is closed reports an error, whatever is asked for (poll(2)).
            var end = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
            while poll(&end, 1, -1) < 0, errno == EINTR {}
            kill(getpid(), SIGTERM)
        }
    }
}
