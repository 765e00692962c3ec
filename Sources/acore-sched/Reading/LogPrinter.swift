import Daemon
import Ledger
import Runner
import SchedulerCore

/// Prints the output of one run, from its beginning.
struct LogPrinter {
    private let book: JobBook
    private let run: RunID
    private let runner: Runner
    private let onlyErrors: Bool
    private let json: Bool
    private let text = OutputText(withTime: true)
    /// Where to go on reading.
    private var offset = 0
    private var errorOffset = 0

    /// - Parameter waits: whether a run that has not started is waited for.
    /// - Throws: category notFound when the run's output is not kept any more.
    init(book: JobBook, run: RunID, onlyErrors: Bool, json: Bool, waits: Bool) throws(DaemonError) {
        self.book = book
        self.run = run
        self.onlyErrors = onlyErrors
        self.json = json
        runner = try Self.reading(run) { () throws(RunnerError) in
            try Runner(
                settings: RunnerSettings(
                    stateDirectory: book.site.locations.stateDirectory, launcherPath: book.site.installation.launcher))
        }
        let runner = runner
        while case .missing = try Self.reading(run, { () throws(RunnerError) in try runner.inspect(run: run.rawValue) }) {
            let row = try book.records.read { ledger throws(LedgerError) in try ledger.run(run) } ?? nil
            guard waits, let row, !row.state.isEnded, book.daemon != nil else { throw Self.gone(run) }
            Pause.quarter()
        }
    }

    private static func gone(_ run: RunID) -> DaemonError {
        DaemonError(
            "the output of run \(run) is gone, or the run has not started", fix: "see acore-sched history for how it ended",
            category: .notFound)
    }

    /// Prints what is there.
    mutating func printAll() throws(DaemonError) {
        let (runner, id) = (runner, run.rawValue)
        var reader = try Self.reading(run) { () throws(RunnerError) in try runner.events(of: id) }
        var log = try Self.reading(run) { () throws(RunnerError) in try runner.errors(of: id) }
        var errors: [ErrorLog.Line] = []
        while true {
            let more = try Self.reading(run) { () throws(RunnerError) in try log.read() }
            if more.isEmpty { break }
            errors += more
        }
        var rest = errors[...]
        while true {
            let events = try Self.reading(run) { () throws(RunnerError) in try reader.read() }
            if events.isEmpty { break }
            guard show(OutputLine.merged(events, with: &rest)) else { return }
        }
        show(rest.map(OutputLine.error))
        offset = reader.offset
        errorOffset = log.offset
    }

    /// Prints what comes, until the run has ended with all its attempts.
    /// - Returns: the run as it ended, or as it is when nobody is there to end it.
    mutating func follow() async throws(DaemonError) -> Run {
        var looks = 0
        while true {
            try await followAttempt()
            guard let row = try book.records.read({ [run] ledger throws(LedgerError) in try ledger.run(run) }) ?? nil else {
                throw DaemonError("run \(run) is not in the ledger any more", fix: "see acore-sched history", category: .notFound)
            }
            if row.state.isEnded || (book.daemon == nil && looks >= Self.patience) { return row }
            looks += 1
            // Nobody tells when a run's next attempt starts or its end is recorded: look four times a second.
            Pause.quarter()
        }
    }

    /// Looks at the ledger after an attempt's end while no daemon is there: `run-now` may be about to record it.
    private static let patience = 8

    private mutating func followAttempt() async throws(DaemonError) {
        do throws(RunnerError) {
            var follower = try runner.follow(run.rawValue, from: offset, errorsFrom: errorOffset)
            while let lines = try await follower.nextOutput() {
                guard show(OutputLine.merged(lines)) else { break }
            }
            offset = follower.offset
            errorOffset = follower.errorOffset
        } catch {
            throw Self.failure(error, run)
        }
    }

    /// - Returns: false when nobody reads any more.
    @discardableResult
    private func show(_ lines: [OutputLine]) -> Bool {
        var output = ""
        for line in lines {
            if onlyErrors, case .event = line { continue }
            guard let text = json ? OutputText.json(line) : text.line(line) else { continue }
            output += text + "\n"
        }
        return output.isEmpty || CronOutput().send(Array(output.utf8))
    }

    private static func reading<Value>(_ run: RunID, _ body: () throws(RunnerError) -> Value) throws(DaemonError) -> Value {
        do throws(RunnerError) {
            return try body()
        } catch {
            throw failure(error, run)
        }
    }

    private static func failure(_ error: RunnerError, _ run: RunID) -> DaemonError {
        DaemonError("the output of run \(run) cannot be read: \(error)", fix: "run this as root or as the daemon's user")
    }
}
