import Dispatch
import Glibc

/// HUP as an event. From the moment this exists the signal no longer ends the process.
package final class ReloadSignal: Sendable {
    /// One element for each signal; several that nobody took fall together into one.
    package let rings: AsyncStream<Void>
    // Sources of libdispatch may be used from any thread; the protocol does not say so.
    nonisolated(unsafe) private let source: any DispatchSourceSignal

    package init() {
        SignalMask.block([SIGHUP])
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        rings = stream
        signal(SIGHUP, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler { continuation.yield() }
        source.activate()
    }

    deinit { source.cancel() }
}
