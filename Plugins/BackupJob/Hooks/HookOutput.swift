import Glibc
import JobKit

/// What a hook writes, line by line into the log. What is left running behind a hook may keep its output open: nobody waits for that.
struct HookOutput {
    /// The most lines of one hook; more are dropped, and that is said.
    private static let maximumLines = 500
    /// Bytes of one line, at the most; what is longer becomes several.
    private static let maximumLine = 4096

    private let descriptor: Int32
    private let setting: String
    private let context: JobContext
    private var unfinished: [UInt8] = []
    private var lines = 0
    private var isOpen = true
    /// The last line that was not empty.
    private(set) var last: String?

    /// - Parameter descriptor: the reading end of its pipe; stays the caller's.
    init(descriptor: Int32, setting: String, context: JobContext) {
        self.descriptor = descriptor
        self.setting = setting
        self.context = context
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    /// Takes what comes until something else is readable or time is up.
    mutating func wait(orFor other: Int32, atMost time: Duration) {
        var polled = [
            pollfd(fd: isOpen ? descriptor : -1, events: Int16(POLLIN), revents: 0), pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polled, 2, Int32(time / .milliseconds(1))) > 0, polled[0].revents != 0 else { return }
        take()
    }

    /// Takes what is there by now, the last line with or without an end.
    mutating func finish() {
        take()
        if !unfinished.isEmpty { say(unfinished) }
        unfinished = []
    }

    private mutating func take() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        // Bounded: one who writes without end is not to keep us from looking at the time.
        for _ in 0..<64 where isOpen {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else {
                isOpen = false
                return
            }
            split(buffer[..<count])
        }
    }

    private mutating func split(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || unfinished.count >= Self.maximumLine {
                say(unfinished)
                unfinished.removeAll(keepingCapacity: true)
            }
            if byte != UInt8(ascii: "\n") { unfinished.append(byte) }
        }
    }

    private mutating func say(_ line: [UInt8]) {
        let text = String(decoding: line, as: UTF8.self)
        if !text.isEmpty { last = text }
        lines += 1
        if lines <= Self.maximumLines { context.log(.info, "\(setting): \(text)") }
        if lines == Self.maximumLines + 1 { context.log(.warning, "\(setting): more lines are not kept") }
    }
}
