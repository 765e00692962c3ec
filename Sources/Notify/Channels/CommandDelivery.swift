import CLinux
import Glibc
import SchedulerCore

/// Runs a program with a notice on its standard input, without a shell.
struct CommandDelivery: Sendable {
    /// Exit codes of sysexits.h by which a program says that no other try can help: EX_USAGE and EX_CONFIG.
    private static let hopeless: Set<Int32> = [64, 78]

    /// - Parameter timeout: then the program and its group are killed.
    func run(_ arguments: [String], input: [UInt8], timeout: Duration) async -> DeliveryOutcome {
        let child = CommandChild(arguments: arguments, input: input)
        let ending = await child.run(timeout: timeout)
        let program = arguments.first ?? ""
        switch ending {
        case .exited(0, _): return .delivered
        case .exited(let code, let words):
            let reason = "\(program) ended with code \(code)" + (words.isEmpty ? "" : ": \(words)")
            return Self.hopeless.contains(code) ? .refused(reason: reason) : .again(reason: reason, retryAfter: nil)
        case .killed(let signal): return .again(reason: "\(program) was ended by signal \(signal)", retryAfter: nil)
        case .late: return .again(reason: "\(program) did not end in time", retryAfter: nil)
        case .stopped: return .again(reason: "the delivery was stopped", retryAfter: nil)
        case .notStarted(let code):
            let reason = "\(program) cannot be started: \(String(cString: strerror(code)))"
            return [EAGAIN, ENOMEM, EMFILE, ENFILE, ETXTBSY].contains(code)
                ? .again(reason: reason, retryAfter: nil) : .refused(reason: "\(reason); correct command: of the channel")
        }
    }
}
