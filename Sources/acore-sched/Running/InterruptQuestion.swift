import Dispatch
import Glibc
import Synchronization

/// Asks the person at the terminal what Ctrl-C means; a second Ctrl-C while the question stands stops the run.
final class InterruptQuestion: Sendable {
    enum Answer: Sendable { case stop, leave, goOn }

    private enum Phase { case quiet, asking, stopped }

    private let phase = Mutex(Phase.quiet)

    /// Asks at a terminal; elsewhere, and while a question stands, the answer is stop.
    /// - Parameter then: called once, from any thread, for each call that decides something.
    func ask(then answer: @escaping @Sendable (Answer) -> Void) {
        let canAsk = isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
        let asks = phase.withLock { phase in
            phase = phase == .quiet && canAsk ? .asking : .stopped
            return phase == .asking
        }
        guard asks else { return answer(.stop) }
        CronOutput().complain("\nThe run goes on. c: cancel it, l: leave it running, Enter: keep watching (Ctrl-C again cancels) ")
        // Whoever reads here would keep the next signal from its handler.
        DispatchQueue.global().async { [self] in
            guard let given = Self.readAnswer() else { return }
            let counts = phase.withLock { phase -> Bool in
                guard phase == .asking else { return false }
                phase = given == .goOn ? .quiet : .stopped
                return true
            }
            if counts { answer(given) }
        }
    }

    /// Takes the question back: something else has decided.
    func withdraw() { phase.withLock { $0 = .stopped } }

    /// The first letter of a line; nil from a terminal that has gone, of which SIGHUP tells.
    private static func readAnswer() -> Answer? {
        var bytes = [UInt8](repeating: 0, count: 64)
        guard read(STDIN_FILENO, &bytes, bytes.count) > 0 else { return nil }
        switch bytes[0] | 0x20 {
        case UInt8(ascii: "c"): return .stop
        case UInt8(ascii: "l"): return .leave
        default: return .goOn
        }
    }
}
