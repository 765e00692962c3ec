import Glibc
import Synchronization

/// Output that standard output did not take. A process has one standard output, and so one of these.
enum OutputLoss {
    /// The error number of the first loss; 0 while there is none.
    private static let code = Atomic<Int32>(0)

    /// A write has failed. A reader that has gone away has seen what it wanted: that is no loss.
    static func note(_ error: Int32) {
        guard error != EPIPE else { return }
        _ = code.compareExchange(expected: 0, desired: error, ordering: .relaxed)
    }

    /// Ends the program with this status; after a loss with 1, and a line that says so.
    static func exit(_ status: Int32) -> Never {
        let error = code.load(ordering: .relaxed)
        guard error != 0 else { Glibc.exit(status) }
        Console.complain("error: standard output did not take all of it: \(String(cString: strerror(error)))")
        Glibc.exit(ExitStatus.failed.code)
    }
}
