import CLinux
import ControlAPI
import ControlClient
import Dispatch
import Glibc
import Processes
import Synchronization

/// A reading verb that the daemon's own program answers, so that a person without rights to the state directory sees the
/// same words as its owner. It only reads; the daemon stays the one process that writes.
final class ReadingProcess: Sendable {
    /// The most bytes of one frame.
    private static let frameBound = 32 * 1024
    private let pid: pid_t
    private let output: Int32
    private let errors: Int32
    private let ended = Mutex(false)

    /// - Parameter environment: all of it.
    init(_ arguments: [String], environment: [String: String]) throws(ControlFailure) {
        var outputs: [Int32] = [-1, -1]
        var complaints: [Int32] = [-1, -1]
        guard linux_pipe(&outputs) == 0, linux_pipe(&complaints) == 0 else {
            throw ControlFailure("the daemon has no descriptor left: \(errnoText())", fix: "raise LimitNOFILE= of the service")
        }
        output = outputs[0]
        errors = complaints[0]
        var program = ChildStart(arguments)
        program.executable = "/proc/self/exe"
        program.environment = environment.map { "\($0.key)=\($0.value)" }
        program.output = .descriptor(outputs[1])
        program.errors = .descriptor(complaints[1])
        let started = Result { () throws(SpawnFailure) in try program.start() }
        close(outputs[1])
        close(complaints[1])
        switch started {
        case .success(let child): pid = child
        case .failure(let reason):
            close(output)
            close(errors)
            throw ControlFailure("the daemon cannot start its own program to answer: \(reason)", fix: "install acore-sched whole")
        }
    }

    deinit {
        close(output)
        close(errors)
        guard !ended.withLock({ $0 }) else { return }
        kill(pid, SIGKILL)
        while waitpid(pid, nil, 0) < 0, errno == EINTR {}
    }

    /// What it prints, and the way to end it.
    var answer: ControlAnswer { ControlAnswer(frames: frames(), stop: stop) }

    /// What it prints, piece by piece as somebody takes it, and its exit status at the end. Whoever goes away ends it.
    private func frames() -> AsyncStream<OutputFrame> {
        AsyncStream {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    Self.queue.async { continuation.resume(returning: self.next()) }
                }
            } onCancel: {
                self.stop()
            }
        }
    }

    /// How long it has to tidy up when its caller goes away.
    private static let grace = DispatchTimeInterval.seconds(5)

    /// Asks the process to end; its pipes close then.
    @Sendable private func stop() {
        guard !ended.withLock({ $0 }) else { return }
        send(SIGTERM)
        Self.queue.asyncAfter(deadline: .now() + Self.grace) { self.send(SIGKILL) }
    }

    private func send(_ signal: Int32) { ended.withLock { isOver in if !isOver { kill(pid, signal) } } }

    /// Waits in poll(2), which shared threads of tasks must not do.
    private static let queue = DispatchQueue(label: "reading verbs", attributes: .concurrent)

    private func next() -> OutputFrame? {
        if ended.withLock({ $0 }) { return nil }
        var places = [pollfd(fd: output, events: Int16(POLLIN), revents: 0), pollfd(fd: errors, events: Int16(POLLIN), revents: 0)]
        while places.contains(where: { $0.fd >= 0 }) {
            guard poll(&places, 2, -1) > 0 || errno == EINTR else { break }
            for index in 0...1 where places[index].revents != 0 {
                if let bytes = read(places[index].fd) {
                    if index == 1 { return .error(String(decoding: bytes, as: UTF8.self)) }
                    return String(validating: bytes, as: UTF8.self).map { .output($0) } ?? .bytes(bytes)
                }
                places[index].fd = -1
            }
        }
        let status = ended.withLock { isOver -> Int32 in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            isOver = true
            return status
        }
        return .exit(status & 0x7f == 0 ? (status >> 8) & 0xff : 1)
    }

    /// Whole lines where there are some, so that no character is torn; nil at the end.
    private func read(_ descriptor: Int32) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: Self.frameBound)
        let count = Glibc.read(descriptor, &buffer, buffer.count - 4)
        guard count > 0 else { return nil }
        var bytes = Array(buffer[..<count])
        // The rest of a character that lies across two reads.
        while let last = bytes.lastIndex(where: { $0 & 0xc0 != 0x80 }), bytes[last] >= 0xc0, bytes.count - last < Self.length(bytes[last]) {
            var byte: UInt8 = 0
            guard Glibc.read(descriptor, &byte, 1) == 1 else { break }
            bytes.append(byte)
        }
        return bytes
    }

    private static func length(_ first: UInt8) -> Int { first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2 }
}
