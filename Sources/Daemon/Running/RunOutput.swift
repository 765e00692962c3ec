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

    /// The result that the worker of the latest attempt gave; nil when it gave none.
    package func result(log: Logger) -> WireEvent.Result? {
        var result: WireEvent.Result?
        var trouble: String?
        do throws(RunnerError) {
            var reader = try runner.events(of: run.rawValue)
            while true {
                let lines = try reader.read()
                if lines.isEmpty {
                    if result == nil, let trouble {
                        log.warning("a line of run \(run) is not of the wire: \(trouble)", metadata: .about(run))
                    }
                    return result
                }
                for line in lines { Self.take(line, into: &result, trouble: &trouble) }
            }
        } catch {
            log.error("the output of run \(run) cannot be read: \(error)", metadata: .about(run))
            return nil
        }
    }

    /// A later attempt's lines follow its note, and only its own result counts.
    /// - Parameter trouble: why the attempt's first line that is not of the wire is none.
    private static func take(_ line: EventLine, into result: inout WireEvent.Result?, trouble: inout String?) {
        switch line.content {
        case .wire(let bytes):
            // A line that is not of the wire is output like any other, and shown as such; it cannot be a result.
            do {
                if case .result(let found) = try WireEvent(line: bytes) { result = found }
            } catch {
                trouble = trouble ?? "\(error)"
            }
        case .note(_, let text):
            if text.hasPrefix("attempt ") { (result, trouble) = (nil, nil) }
        case .raw, .broken: break
        }
    }
}
