import Synchronization

/// Output of a run as it comes from a daemon, each line shown once, also when it has to be asked for anew.
final class WatchedOutput: Sendable {
    private struct State {
        var printer = RunPrinter(isQuiet: false)
        /// The beginning of a line whose end has not come.
        var rest = ""
        /// Lines of this answer.
        var come = 0
        /// Lines that were shown.
        var shown = 0
        /// Of those, how many there were when somebody last asked for news.
        var known = 0
    }

    private let state = Mutex(State())

    /// A new answer begins, from the run's first line.
    func begin() {
        state.withLock { state in
            state.rest = ""
            state.come = 0
        }
    }

    /// Takes a piece of the answer: lines of JSON.
    func take(_ text: String) {
        state.withLock { state in
            var lines = (state.rest + text).split(separator: "\n", omittingEmptySubsequences: false)
            state.rest = String(lines.removeLast())
            for line in lines {
                state.come += 1
                guard state.come > state.shown else { continue }
                state.shown = state.come
                state.printer.show(OutputLine(json: String(line)))
            }
        }
    }

    /// Whether lines were shown since this was asked last.
    func takesNews() -> Bool {
        state.withLock { state in
            defer { state.known = state.shown }
            return state.shown > state.known
        }
    }

    /// Nothing more comes for now: takes the progress bar away.
    func end() { state.withLock { $0.printer.end() } }
}
