import CLinux
import Glibc

/// One way out of a program.
final class ToolPipe {
    private let reading: Int32
    private(set) var writing: Int32
    private var isOpen = true
    private(set) var bytes: [UInt8] = []
    /// Whether there was more than is kept.
    private(set) var hasMore = false

    /// Nil when there can be none; errno says why.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard linux_pipe(&ends) == 0 else { return nil }
        (reading, writing) = (ends[0], ends[1])
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(reading)
        closeWriting()
    }

    var polled: pollfd { pollfd(fd: isOpen ? reading : -1, events: Int16(POLLIN), revents: 0) }

    func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    /// Takes what is there; what is beyond the bound is read and dropped.
    func take(upTo bound: Int) {
        guard isOpen else { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // Bounded: one who writes without end is not to keep us from looking at the time.
        for _ in 0..<64 {
            let count = read(reading, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else {
                isOpen = false
                return
            }
            let room = bound - bytes.count
            bytes += buffer[..<min(room, count)]
            if count > room { hasMore = true }
        }
    }
}
