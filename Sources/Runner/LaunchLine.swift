import CLinux
import Glibc

/// Our end of a line to processes of `acore-launch`: requests go out, answers come back; see `forkserver.h` there.
struct LaunchLine: Sendable {
    /// What a request asks for.
    enum Kind: UInt32 {
        case start
        case batchOver
        case makeReady
    }

    /// A fork takes less than a millisecond; a process that somebody has stopped must not stop the daemon.
    private static let patience = 100
    /// How long one wait of those takes.
    private static let look = timeval(tv_sec: 0, tv_usec: 100_000)

    private let end: Descriptor
    private let path: String

    /// - Parameter path: of the built `acore-launch`, for errors.
    /// - Returns: the line, and its far end.
    static func pair(to path: String) throws(RunnerError) -> (line: LaunchLine, far: Descriptor) {
        var ends: [Int32] = [-1, -1]
        guard linux_message_pair(&ends) == 0 else {
            throw .last("make a line to", path, fix: "raise LimitNOFILE= of the service")
        }
        let line = LaunchLine(end: Descriptor(ends[0]), path: path)
        var look = Self.look
        setsockopt(line.end.number, SOL_SOCKET, SO_RCVTIMEO, &look, socklen_t(MemoryLayout<timeval>.size))
        return (line, Descriptor(ends[1]))
    }

    /// - Returns: false when nobody is there to receive.
    func send(_ kind: Kind, _ number: UInt32, with given: [Descriptor] = []) throws(RunnerError) -> Bool {
        let request = [kind.rawValue, number]
        let size = request.count * MemoryLayout<UInt32>.size
        if linux_send_descriptors(end.number, request, size, given.map(\.number), given.count) == 0 { return true }
        if errno == EPIPE || errno == ECONNRESET { return false }
        throw .last("ask", path, fix: "raise LimitNOFILE= of the service")
    }

    /// - Parameter isHopeless: whether waiting on makes no sense, asked now and then.
    /// - Returns: a process id, or an errno below zero; nil when nobody is there any more, or nobody answers.
    func receive(unless isHopeless: () -> Bool = { false }) -> Int32? {
        var answer: Int32 = 0
        let size = MemoryLayout<Int32>.size
        for _ in 0..<Self.patience {
            var count: Int
            repeat { count = recv(end.number, &answer, size, 0) } while count < 0 && errno == EINTR
            if count == size { return answer }
            guard count < 0, errno == EAGAIN, !isHopeless() else { return nil }
        }
        return nil
    }
}
