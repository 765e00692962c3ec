import Daemon
import JobKit
import Runner
import SchedulerCore

/// Shows a run while it goes on: its log lines, and a bar for its progress on a terminal.
struct RunPrinter {
    let run: Run
    /// Print nothing but what cannot be followed.
    let isQuiet: Bool

    func follow(_ follower: EventFollower) async throws(DaemonError) {
        var follower = follower
        var bar = ProgressBar(isShown: Console.isTerminal && !isQuiet)
        do throws(RunnerError) {
            while let lines = try await follower.next() {
                for line in lines { show(line, bar: &bar) }
            }
        } catch {
            throw DaemonError("the output of run \(run.id) cannot be followed: \(error)", fix: "see acore-sched logs \(run.id)")
        }
        bar.clear()
    }

    private func show(_ line: EventLine, bar: inout ProgressBar) {
        guard !isQuiet else { return }
        guard let text = EventText.line(for: line) else {
            if case .wire(let bytes) = line.content { bar.take(bytes) }
            return
        }
        bar.clear()
        Console.print(text)
        bar.draw()
    }
}
