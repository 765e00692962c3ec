import Daemon
import JobKit
import Runner
import SchedulerCore

/// Shows a run while it goes on: its lines of both streams, and a bar for its progress on a terminal.
struct RunPrinter {
    /// Print nothing but what cannot be followed.
    private let isQuiet: Bool
    private let text = OutputText()
    private var bar: ProgressBar

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
        bar = ProgressBar(isShown: Console.isTerminal && !isQuiet)
    }

    /// Follows a run of this process's own until its attempt has ended.
    mutating func follow(_ follower: EventFollower, of run: Run) async throws(DaemonError) {
        var follower = follower
        do throws(RunnerError) {
            while let lines = try await follower.nextOutput() {
                for line in OutputLine.merged(lines) { show(line) }
            }
        } catch {
            throw DaemonError("the output of run \(run.id) cannot be followed: \(error)", fix: "see acore-sched logs \(run.id)")
        }
        end()
    }

    /// One more line.
    mutating func show(_ line: OutputLine) {
        guard !isQuiet else { return }
        guard let text = text.line(line) else {
            if case .event(let event) = line, case .wire(let bytes) = event.content { bar.take(bytes) }
            return
        }
        bar.clear()
        Console.print(text)
        bar.draw()
    }

    /// Takes the bar off the terminal.
    mutating func end() { bar.clear() }
}
