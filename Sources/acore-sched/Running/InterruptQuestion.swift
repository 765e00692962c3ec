import Glibc
import Synchronization

/// Asks the person at the terminal what Ctrl-C means: once; the second Ctrl-C stops the run without a question.
final class InterruptQuestion: Sendable {
    enum Answer: Sendable { case stop, leave, goOn }

    private let isAsked = Mutex(false)

    /// Waits for the answer; stop where nobody can be asked.
    func ask() -> Answer {
        let isFirst = isAsked.withLock { asked -> Bool in
            defer { asked = true }
            return !asked
        }
        guard isFirst, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return .stop }
        CronOutput().complain("\nThe run goes on. c: cancel it, l: leave it running, Enter: keep watching (Ctrl-C again cancels) ")
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        switch count > 0 ? bytes[0] | 0x20 : UInt8(ascii: "l") {
        case UInt8(ascii: "c"): return .stop
        case UInt8(ascii: "l"): return .leave
        default:
            isAsked.withLock { $0 = false }
            return .goOn
        }
    }
}
