import Glibc
import SchedulerCore
import Synchronization

/// A wish to stop a run that may come before there is one.
final class StopRequest: Sendable {
    private struct State {
        var isAsked = false
        var run: Run?
    }

    private let state = Mutex(State())
    private let stop: @Sendable (Run) -> Void

    init(stop: @escaping @Sendable (Run) -> Void) { self.stop = stop }

    /// Asks for the end.
    func ask() {
        let run = state.withLock { state -> Run? in
            state.isAsked = true
            return state.run
        }
        if let run { stop(run) }
    }

    /// Lets go of the run: this program ends, and the run goes on.
    func leave() {
        let run = state.withLock { $0.run?.id.rawValue }
        Console.complain("the run goes on\(run.map { "; acore-sched logs \($0) --follow shows it" } ?? "")")
        OutputLoss.exit(ExitStatus.succeeded.code)
    }

    /// There is a run now.
    func begin(with run: Run) {
        let isAsked = state.withLock { state -> Bool in
            state.run = run
            return state.isAsked
        }
        if isAsked { stop(run) }
    }
}
