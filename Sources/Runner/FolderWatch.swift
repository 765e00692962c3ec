import CLinux
import Glibc

/// Tells when something changes in a run's folder, or when one of the descriptors added to it becomes readable.
struct FolderWatch: Sendable {
    private let path: String
    private let changes: Descriptor
    /// Readable when any of them is.
    private let any: Descriptor

    init(_ path: String) throws(RunnerError) {
        self.path = path
        let number = linux_inotify()
        guard number >= 0 else { throw .last("watch", path, fix: "raise fs.inotify.max_user_instances") }
        changes = Descriptor(number)
        guard inotify_add_watch(number, path, UInt32(IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO)) >= 0 else {
            throw .last("watch", path, fix: "check that the run is there; raise fs.inotify.max_user_watches")
        }
        let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw .last("watch", path, fix: "raise LimitNOFILE= of the service") }
        any = Descriptor(epoll)
        try add(changes)
    }

    /// Wakes the wait when this one is readable, too. The caller keeps it open.
    func add(_ descriptor: Descriptor) throws(RunnerError) {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: descriptor.number))
        guard epoll_ctl(any.number, EPOLL_CTL_ADD, descriptor.number, &event) == 0 else {
            throw .last("watch", path, fix: "raise fs.epoll.max_user_watches")
        }
    }

    /// Waits; what changed does not matter, only that something did.
    func wait() async throws(RunnerError) {
        guard await Readiness.wait(for: any) else { throw .cancelled }
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
            while Glibc.read(changes.number, buffer.baseAddress, 4096) > 0 {}
        }
    }
}
