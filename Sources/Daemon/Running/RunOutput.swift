package import JobKit
package import Logging
package import Runner
package import SchedulerCore

/// What a run wrote, read after the fact.
package struct RunOutput: Sendable {
    private let runner: Runner
    private let run: RunID

    package init(runner: Runner, run: RunID) {
        self.runner = runner
        self.run = run
    }

    /// The result that the worker of the latest attempt gave; nil when it gave none, or something after it is not a wire line.
    package func result(log: Logger) -> WireEvent.Result? {
        var result: WireEvent.Result?
        do throws(RunnerError) {
            var reader = try runner.events(of: run.rawValue)
            while true {
                let lines = try reader.read()
                if lines.isEmpty { return result }
                for line in lines { Self.take(line, into: &result) }
            }
        } catch {
            log.error("the output of run \(run) cannot be read: \(error)", metadata: .about(run))
            return nil
        }
    }

    /// A later attempt's lines follow its note, and only its own result counts.
    private static func take(_ line: EventLine, into result: inout WireEvent.Result?) {
        switch line.content {
        case .wire(let bytes):
            // A line that is not of the wire is output like any other, and shown as such; it cannot be a result.
            if let event = try? WireEvent(line: bytes), case .result(let found) = event { result = found }
        case .note(_, let text):
            if text.hasPrefix("attempt ") { result = nil }
        case .raw, .broken: break
        }
    }
}
