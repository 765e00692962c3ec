import Daemon
import Dispatch
import Glibc
import Processes
import Runner

/// A plugin that answers a reading verb: its output is ours.
struct ReadingProcess {
    private let program: ReadingProgram

    init(_ program: ReadingProgram) { self.program = program }

    /// Runs it to its end; Ctrl-C and TERM reach it, and its end is awaited, since its secrets are to be removed after it.
    func run() async throws -> ExitStatus {
        SignalMask.block([SIGINT, SIGTERM, SIGHUP])
        let child = try start()
        let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { kill(child, SIGTERM) }
            source.activate()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        let status = await withCheckedContinuation { continuation in
            // A thread of its own: waiting for a process blocks, and the shared threads are few.
            DispatchQueue.global().async { continuation.resume(returning: Self.wait(for: child)) }
        }
        guard status & 0x7f == 0 else { return .cancelled }
        return ExitStatus(rawValue: (status >> 8) & 0xff) ?? .failed
    }

    private static func wait(for child: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status
    }

    private func start() throws(DaemonError) -> pid_t {
        do throws(SpawnFailure) {
            var start = ChildStart(program.arguments)
            start.environment = program.environment
            start.input = .spooled(try SpooledInput(program.standardInput))
            start.output = .ours
            start.errors = .ours
            return try start.start()
        } catch {
            throw DaemonError("cannot start \(program.arguments.joined(separator: " ")): \(error)", fix: "look at its rights")
        }
    }
}
