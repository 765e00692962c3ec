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

    /// What the worker of an attempt said of it.
    package struct Answer: Sendable {
        /// Nil when it gave none.
        package var result: WireEvent.Result?
        /// What it checked, at most ``SchedulerCore/CheckResult/boundPerRun``: of each thing the last word.
        package var checks: [WireEvent.Check] = []
        /// Why its first line that is not of the wire is none.
        fileprivate var trouble: String?
        /// Where the check of a name and a target stands.
        fileprivate var places: [AlertKey: Int] = [:]
    }

    /// The answer of the latest attempt.
    package func answer(log: Logger) -> Answer {
        var answer = Answer()
        do throws(RunnerError) {
            var reader = try runner.events(of: run.rawValue)
            while true {
                let lines = try reader.read()
                if lines.isEmpty {
                    if answer.result == nil, let trouble = answer.trouble {
                        log.warning("a line of run \(run) is not of the wire: \(trouble)", metadata: .about(run))
                    }
                    return answer
                }
                for line in lines { Self.take(line, into: &answer) }
            }
        } catch {
            log.error("the output of run \(run) cannot be read: \(error)", metadata: .about(run))
            return Answer()
        }
    }

    /// A later attempt's lines follow its note, and only what it says itself counts.
    private static func take(_ line: EventLine, into answer: inout Answer) {
        switch line.content {
        case .wire(let bytes):
            // A line that is not of the wire is output like any other, and shown as such; it cannot be a result.
            do {
                switch try WireEvent(line: bytes) {
                case .result(let result): answer.result = result
                case .check(let check): answer.take(check)
                case .log, .progress, .metric, .artifact, .mark: break
                }
            } catch {
                answer.trouble = answer.trouble ?? "\(error)"
            }
        case .note(_, let text):
            if text.hasPrefix("attempt ") { answer = Answer() }
        case .raw, .broken: break
        }
    }
}

extension RunOutput.Answer {
    fileprivate mutating func take(_ check: WireEvent.Check) {
        let key = AlertKey(job: "", check: check.name, target: check.target)
        if let place = places[key] {
            checks[place] = check
        } else if checks.count < CheckResult.boundPerRun {
            places[key] = checks.count
            checks.append(check)
        } else if check.state != .ok, let place = checks.lastIndex(where: { $0.state == .ok }) {
            // Of too many, what is well goes first.
            let former = checks[place]
            places[AlertKey(job: "", check: former.name, target: former.target)] = nil
            (places[key], checks[place]) = (place, check)
        }
    }
}
