import CLinux
import Glibc
import JobKit

/// Reads both streams of a program within the bounds of its manner.
struct ToolReading {
    private(set) var answer: [UInt8] = []
    private var tail: [UInt8] = []
    private var output: Int32
    private var errors: Int32
    private let manner: ToolRun.Manner
    private let lastWordsBound: Int
    private let begin = Self.now()

    init(output: Int32, errors: Int32, manner: ToolRun.Manner, lastWordsBound: Int) {
        self.output = output
        self.errors = errors
        self.manner = manner
        self.lastWordsBound = lastWordsBound
    }

    /// The last line of standard error that says something.
    var lastWords: String {
        String(decoding: tail, as: UTF8.self).split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
            ?? ""
    }

    /// Reads until nobody writes to standard output any more.
    /// - Returns: which bound was passed; nil for none.
    mutating func readAll() -> String? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while answer.count <= manner.bound {
            guard let left = timeLeft() else { return late }
            var states = [pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0)]
            let ready = poll(&states, 2, left)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return late }
            if states[1].revents != 0 { takeErrors(&buffer) }
            guard states[0].revents != 0 else { continue }
            let count = read(output, &buffer, buffer.count)
            if count == 0 {
                takeErrors(&buffer, isLast: true)
                return nil
            }
            if count < 0, errno != EINTR { return "cannot be read: \(errnoText())" }
            answer += buffer[..<max(0, count)]
        }
        return "said more than \(manner.bound) bytes"
    }

    private var late: String { "gave no answer within \(Duration.milliseconds(Int64(manner.patience)).settingText)" }

    /// Waits until the program itself has ended.
    /// - Returns: what kept it from that; nil for nothing.
    func waitForEnd(of child: pid_t) -> String? {
        let pidfd = linux_pidfd_open(child)
        guard pidfd >= 0 else { return "cannot be watched: \(errnoText())" }
        defer { close(pidfd) }
        while let left = timeLeft() {
            var state = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
            let ready = poll(&state, 1, left)
            if ready < 0, errno == EINTR { continue }
            return ready > 0 ? nil : late
        }
        return late
    }

    /// - Parameter isLast: take only what is there already.
    private mutating func takeErrors(_ buffer: inout [UInt8], isLast: Bool = false) {
        if isLast {
            var state = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
            guard errors >= 0, poll(&state, 1, 0) > 0 else { return }
        }
        let count = read(errors, &buffer, buffer.count)
        guard count > 0 else {
            // poll(2) passes over negative descriptors; the pipe itself is closed by its owner.
            if count == 0 { errors = -1 }
            return
        }
        tail = (tail + buffer[..<count]).suffix(lastWordsBound)
    }

    private func timeLeft() -> Int32? {
        guard let whole = manner.wholeTime else { return manner.patience }
        let left = whole - (Self.now() - begin)
        return left > 0 ? min(manner.patience, Int32(clamping: left)) : nil
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
