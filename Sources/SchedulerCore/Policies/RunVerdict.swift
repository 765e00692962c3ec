package import JobKit

/// Turns what a launcher recorded and what the worker said into how the attempt ended.
package enum RunVerdict {
    /// What the launcher recorded.
    package enum Cause: Sendable, Hashable {
        case exited(code: Int)
        case signalled(signal: Int)
        case timedOut
        /// Stopped on request.
        case stopped
        /// The program could not be started.
        case startFailed(step: String, reason: String)
        /// The launcher left no record.
        case vanished
    }

    /// How the run's output is read.
    package enum Reading: Sendable, Hashable {
        /// The worker speaks the wire; this is its result, if it gave one.
        case wire(WireEvent.Result?)
        /// A program: its exit codes decide.
        case program(ok: [Int], warning: [Int])
    }

    /// - Returns: what happened to the run, and its ending without the figures of use.
    package static func judge(_ cause: Cause, reading: Reading, timeout: Duration?) -> (event: RunState.Event, ending: RunEnding) {
        switch cause {
        case .vanished:
            return (
                .vanished,
                RunEnding(
                    summary: "the run's launcher vanished without a record (power cut, or kill -9)",
                    fix: "look at the run's output for how far it came")
            )
        case .startFailed(let step, let reason):
            return (
                .failed,
                RunEnding(
                    summary: "cannot start: \(step): \(reason)", fix: "correct the job file, then run it by hand",
                    retry: passing.contains(step) ? .mayHelp : .cannotHelp)
            )
        case .timedOut:
            let limit = timeout.map { " of \($0.settingText)" } ?? ""
            return (
                .timedOut,
                RunEnding(
                    summary: "still running at its timeout\(limit)\(saying(reading))",
                    fix: "raise timeout: in the job file, or find out what it waits for")
            )
        case .stopped: return (.cancelled, RunEnding(summary: "stopped on request\(saying(reading))"))
        case .exited(let code): return judge(code: code, reading: reading)
        case .signalled(let signal): return judge(signal: signal, reading: reading)
        }
    }

    /// Steps of a start that fail for want of room, descriptors or processes: that passes.
    private static let passing: Set<String> = ["prepare", "launcher", "fork"]

    private static func judge(code: Int, reading: Reading) -> (event: RunState.Event, ending: RunEnding) {
        var verdict: (event: RunState.Event, ending: RunEnding)
        switch reading {
        case .wire(let result?):
            verdict = (result.event, RunEnding(summary: result.summary, numbers: result.numbers, retry: result.retry))
        case .wire(nil):
            verdict = (
                .failed,
                RunEnding(
                    summary: "the worker ended with status \(code) and gave no result",
                    fix: "look at the run's output: acore-sched logs RUN")
            )
        case .program(let ok, let warning):
            if ok.contains(code) {
                verdict = (.succeeded, RunEnding(summary: "exit status \(code)"))
            } else if warning.contains(code) {
                verdict = (.warned, RunEnding(summary: "exit status \(code), which exit_codes.warning names"))
            } else {
                verdict = (.failed, RunEnding(summary: "exit status \(code)", fix: "look at the run's output: acore-sched logs RUN"))
            }
        }
        verdict.ending.exitCode = code
        return verdict
    }

    private static func judge(signal: Int, reading: Reading) -> (event: RunState.Event, ending: RunEnding) {
        // A result that was given before the process fell does not make the fall good.
        var ending = RunEnding(
            summary: "ended by signal \(signal)\(signalNames[signal].map { " (\($0))" } ?? "")\(saying(reading))",
            fix: signal == 9
                ? "look for the kernel's out-of-memory killer in the journal" : "look at the run's output: acore-sched logs RUN")
        ending.signal = signal
        return (.failed, ending)
    }

    private static func saying(_ reading: Reading) -> String {
        if case .wire(let result?) = reading, !result.summary.isEmpty { "; its last word: \(result.summary)" } else { "" }
    }

    private static let signalNames = [
        1: "HUP", 2: "INT", 3: "QUIT", 4: "ILL", 6: "ABRT", 7: "BUS", 8: "FPE", 9: "KILL", 11: "SEGV", 13: "PIPE", 14: "ALRM", 15: "TERM",
        24: "XCPU", 25: "XFSZ", 31: "SYS",
    ]
}

extension WireEvent.Result {
    fileprivate var event: RunState.Event {
        switch outcome {
        case .succeeded: .succeeded
        case .warning: .warned
        case .failed: .failed
        }
    }
}
