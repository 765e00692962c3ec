import Daemon
import JobKit
import Runner
import SchedulerCore

/// Shows a run while it goes on: its lines of both streams, and a bar for its progress on a terminal.
struct RunPrinter {
    let run: Run
    /// Print nothing but what cannot be followed.
    let isQuiet: Bool
    private let text = OutputText()

    init(run: Run, isQuiet: Bool) {
        self.run = run
        self.isQuiet = isQuiet
    }

    func follow(_ follower: EventFollower) async throws(DaemonError) {
        var follower = follower
        var bar = ProgressBar(isShown: Console.isTerminal && !isQuiet)
        do throws(RunnerError) {
            while let lines = try await follower.nextOutput() {
                for line in OutputLine.merged(lines) { show(line, bar: &bar) }
            }
        } catch {
            throw DaemonError("the output of run \(run.id) cannot be followed: \(error)", fix: "see acore-sched logs \(run.id)")
        }
        bar.clear()
    }

    private func show(_ line: OutputLine, bar: inout ProgressBar) {
        guard !isQuiet else { return }
        guard let text = text.line(line) else {
            if case .event(let event) = line, case .wire(let bytes) = event.content { bar.take(bytes) }
            return
        }
        bar.clear()
        Console.print(text)
        bar.draw()
    }
}
