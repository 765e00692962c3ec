import Daemon
import Dispatch
import Glibc

/// Ctrl-C, TERM and the end of the terminal while a run is watched.
///
/// TERM and a lost terminal stop the run. So does Ctrl-C, except that on a terminal it asks once: the run may be left alone.
final class Interrupt: Sendable {
    // Sources of libdispatch may be used from any thread; the protocol does not say so.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    /// - Parameters:
    ///   - stop: asks the run to stop; its end is awaited.
    ///   - leave: lets go of the run, which goes on; ends this program.
    init(stop: @escaping @Sendable () -> Void, leave: @escaping @Sendable () -> Void) {
        SignalMask.block([SIGINT, SIGTERM, SIGHUP])
        let question = InterruptQuestion()
        let obey: @Sendable (InterruptQuestion.Answer) -> Void = { answer in
            switch answer {
            case .stop:
                Console.complain("stopping the run; it has its grace")
                stop()
            case .leave: leave()
            case .goOn: Console.complain("watching on")
            }
        }
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if number == SIGINT { return question.ask(then: obey) }
                question.withdraw()
                obey(.stop)
            }
            source.activate()
            return source
        }
    }

    /// Gives the signals back.
    func end() { sources.forEach { $0.cancel() } }
}
