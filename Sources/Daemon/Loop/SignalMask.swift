import CLinux
import Glibc

/// The signals that wait for a source of libdispatch.
package enum SignalMask {
    /// Blocks signals in the calling thread, which has to be the main one.
    ///
    /// The kernel drops an ignored signal unless the main thread blocks it, and libdispatch's own threads block all: so a signal that
    /// comes before its source is ready waits for it instead of getting lost. The launcher starts every run with an empty mask.
    package static func block(_ numbers: [Int32]) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in numbers { sigaddset(&signals, number) }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
}
