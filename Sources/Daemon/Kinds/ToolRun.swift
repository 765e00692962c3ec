import CLinux
import Glibc
import Processes

/// Runs a small program to its end and takes what it prints: for `describe` and `check`, which answer at once.
enum ToolRun {
    /// What a program printed, and how it ended.
    struct Output {
        var standardOutput: [UInt8]
        /// The exit code; nil when a signal ended it.
        var code: Int32?
        /// The last line on standard error; empty for one of our own programs, whose standard error is ours.
        var lastWords: String
    }

    /// How far a program is trusted.
    struct Manner {
        /// Milliseconds after which a program that says nothing is given up.
        var patience: Int32
        /// Milliseconds after which it is given up in any case; nil for no such bound.
        var wholeTime: Int64?
        /// Answers larger than this are refused, in bytes.
        var bound: Int
        /// A program of somebody else: an environment of its own, a process group that ends with it, and standard error kept apart.
        var isForeign: Bool

        /// The worker that is installed with this program.
        static let own = Manner(patience: 20_000, wholeTime: nil, bound: 256 << 20, isForeign: false)
        /// A plugin that says what it is, in so many milliseconds.
        static func describing(within time: Int32) -> Manner {
            Manner(patience: time, wholeTime: Int64(time), bound: 1 << 20, isForeign: true)
        }
        /// A plugin that checks settings.
        static let checking = Manner(patience: 20_000, wholeTime: nil, bound: 64 << 20, isForeign: true)
    }

    /// Of standard error this much is looked at.
    private static let lastWordsBound = 4096

    /// - Parameter input: bytes for the program's standard input; they lie in memory, so no pipe can fill up.
    static func run(_ arguments: [String], input: [UInt8] = [], as manner: Manner = .own) throws(DaemonError) -> Output {
        let program = arguments.first ?? ""
        guard let memory = spooled(input), let output = Pipe(), let errors = Pipe() else {
            throw DaemonError("cannot talk to \(program): \(errnoText())", fix: "raise the limit of open files (LimitNOFILE=)")
        }
        let start = start(of: arguments, input: memory, output: output.end, errors: errors.end, manner: manner)
        let started = Result { () throws(SpawnFailure) in try start.start() }
        output.closeEnd()
        errors.closeEnd()
        let child: pid_t
        switch started {
        case .success(let number): child = number
        case .failure(let reason):
            let fix = manner.isForeign ? "look at its first line and its rights" : "install acore-sched whole, with its worker"
            throw DaemonError("cannot start \(program): \(reason)", fix: fix)
        }
        var reading = ToolReading(output: output.mouth, errors: errors.mouth, manner: manner, lastWordsBound: lastWordsBound)
        let trouble = reading.readAll() ?? (manner.isForeign ? reading.waitForEnd(of: child) : nil)
        // A zombie keeps its group's number, so this can meet nobody else.
        if manner.isForeign { kill(-child, SIGKILL) } else if trouble != nil { kill(child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        if let trouble { throw DaemonError("\(program) \(trouble)", fix: "run it by hand: \(arguments.joined(separator: " "))") }
        return Output(
            standardOutput: reading.answer, code: status & 0x7f == 0 ? (status >> 8) & 0xff : nil, lastWords: reading.lastWords)
    }

    /// - Returns: nil when the system has no room for it, see errno.
    private static func spooled(_ bytes: [UInt8]) -> SpooledInput? {
        do throws(SpawnFailure) {
            return try SpooledInput(bytes)
        } catch {
            errno = error.code
            return nil
        }
    }

    /// Our own program has our standard error and our environment.
    private static func start(of arguments: [String], input: SpooledInput, output: Int32, errors: Int32, manner: Manner) -> ChildStart {
        var start = ChildStart(arguments)
        start.input = .spooled(input)
        start.output = .descriptor(output)
        start.errors = manner.isForeign ? .descriptor(errors) : .ours
        start.environment = manner.isForeign ? PluginEnvironment.variables : nil
        start.leadsGroup = manner.isForeign
        return start
    }
}

/// What a foreign plugin finds in its environment while it describes itself and checks settings: nothing of the daemon's own.
enum PluginEnvironment {
    static var variables: [String] {
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/", "TMPDIR=/tmp"]
    }
}

/// A pipe whose ends close with it.
private final class Pipe {
    /// Where we read.
    let mouth: Int32
    /// Where the program writes.
    private(set) var end: Int32

    init?() {
        var ends: [Int32] = [0, 0]
        // Closed on exec from the beginning: other threads start programs too.
        guard linux_pipe(&ends) == 0 else { return nil }
        (mouth, end) = (ends[0], ends[1])
    }

    /// Leaves the program as the only writer.
    func closeEnd() {
        if end >= 0 { close(end) }
        end = -1
    }

    deinit {
        closeEnd()
        close(mouth)
    }
}
