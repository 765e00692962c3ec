import Dispatch
import Glibc

/// TERM and INT as an event. From the moment one of these exists the signals no longer end the process by themselves.
package final class StopSignals: Sendable {
    private let stream: AsyncStream<Void>
    // Sources of libdispatch may be used from any thread; the protocol does not say so.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    package init() {
        SignalMask.block([SIGTERM, SIGINT])
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.stream = stream
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.activate()
            return source
        }
    }

    deinit { sources.forEach { $0.cancel() } }

    /// Returns at the first signal, also at one that came before the call.
    package func wait() async {
        for await _ in stream { return }
    }
}
