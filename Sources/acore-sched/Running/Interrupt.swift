import Daemon
import Dispatch
import Glibc

/// Ctrl-C, TERM and the end of the terminal while a run is watched: the first asks the run to stop, and its end is awaited.
final class Interrupt: Sendable {
    // Sources of libdispatch may be used from any thread; the protocol does not say so.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    init(_ stop: @escaping @Sendable () -> Void) {
        SignalMask.block([SIGINT, SIGTERM, SIGHUP])
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                Console.complain("stopping the run; it has its grace")
                stop()
            }
            source.activate()
            return source
        }
    }

    /// Gives the signals back.
    func end() { sources.forEach { $0.cancel() } }
}
