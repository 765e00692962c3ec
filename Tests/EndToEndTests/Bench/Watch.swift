import CLinux
import Foundation
import Glibc

/// Why something that was waited for did not come.
struct Overdue: Error, CustomStringConvertible {
    let description: String
}

/// Waits for changes in folders, and for the ends of processes, without looking in between.
final class Watch {
    /// Nothing that is waited for takes this long on a machine that works.
    static let patience: Int64 = 60_000

    private let inotify: Int32
    private var processes: [Int32] = []
    /// A process that was watched has ended; after one more look there is nothing to wait for.
    private var isOver = false

    init(_ folders: [String], processes pids: [Int32] = []) throws {
        inotify = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard inotify >= 0 else { throw Overdue(description: "no inotify: \(errno)") }
        let mask = UInt32(IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE)
        for folder in folders where inotify_add_watch(inotify, folder, mask) < 0 {
            throw Overdue(description: "cannot watch \(folder): \(errno)")
        }
        for pid in pids {
            let descriptor = linux_pidfd_open(pid)
            if descriptor >= 0 { processes.append(descriptor) }
        }
    }

    deinit {
        close(inotify)
        processes.forEach { close($0) }
    }

    /// Looks again after each change until `look` finds something.
    func until<Found>(_ what: @autoclosure () -> String, _ look: () throws -> Found?) throws -> Found {
        let end = Self.now() + Self.patience
        while true {
            if let found = try look() { return found }
            if isOver { throw Overdue(description: "its process ended before there was: \(what())") }
            let left = end - Self.now()
            guard left > 0, try wait(Int32(left)) else { throw Overdue(description: "never came: \(what())") }
        }
    }

    /// Returns false when nothing changed in time.
    private func wait(_ milliseconds: Int32) throws -> Bool {
        var ready = [pollfd(fd: inotify, events: Int16(POLLIN), revents: 0)]
        ready += processes.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let count = poll(&ready, nfds_t(ready.count), milliseconds)
        if count < 0 { return errno == EINTR }
        guard count > 0 else { return false }
        isOver = ready.dropFirst().contains { $0.revents != 0 }
        drain()
        return true
    }

    private func drain() {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while read(inotify, &bytes, bytes.count) > 0 {}
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
