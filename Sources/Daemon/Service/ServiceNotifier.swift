import Dispatch
import Glibc

/// Tells the service manager how the daemon is, sd_notify(3). Says nothing where no manager asked for it.
package final class ServiceNotifier: Sendable {
    /// How long a message may wait for room at the manager.
    static let patience = Duration.seconds(1)

    /// Silence of the loop after which the manager ends the daemon; nil when it does not watch.
    package let watchdogLimit: Duration?
    private let socket: UnixDatagram?

    /// - Parameters:
    ///   - environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` count.
    ///   - process: a watchdog that is meant for another process is not ours.
    package init(environment: [String: String], process: Int32 = getpid()) {
        socket = environment["NOTIFY_SOCKET"].flatMap { UnixDatagram(address: $0, patience: Self.patience) }
        let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? Duration.microseconds($0) : nil }
        watchdogLimit = socket != nil && isOurs ? limit : nil
    }

    /// One that says nothing.
    package static var silent: ServiceNotifier { ServiceNotifier(environment: [:]) }

    /// From the process's own environment; the variables are taken out of it, so that no child speaks for the daemon.
    /// To be called before anybody else looks at the environment.
    package static func takingEnvironment() -> ServiceNotifier {
        let names = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
        var environment: [String: String] = [:]
        for name in names {
            environment[name] = getenv(name).map { String(cString: $0) }
            unsetenv(name)
        }
        return ServiceNotifier(environment: environment)
    }

    /// Whether anybody listens.
    package var isHeard: Bool { socket != nil }

    /// The start, or a reload, is done.
    /// - Parameter status: one line for `systemctl status`.
    package func ready(_ status: String? = nil) {
        if let status { say("READY=1", "STATUS=\(status)") } else { say("READY=1") }
    }

    /// Job files are read anew; ``ready()`` follows.
    package func reloading() {
        // The manager compares it with its own CLOCK_MONOTONIC, which this is.
        say("RELOADING=1", "MONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1000)")
    }

    /// The end has begun.
    package func stopping() { say("STOPPING=1", "STATUS=stopping; runs that are under way go on") }

    /// One line for `systemctl status`.
    package func status(_ text: String) { say("STATUS=\(text)") }

    /// The loop is alive.
    package func alive() { say("WATCHDOG=1") }

    /// A message that does not arrive is not repeated: the next one says what is then.
    private func say(_ lines: String...) {
        guard let socket else { return }
        _ = socket.send(Array(lines.joined(separator: "\n").utf8))
    }
}
