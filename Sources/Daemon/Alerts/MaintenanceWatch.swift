import CronSchedule
import FoundationEssentials
import JobKit
package import Logging
package import Runner
package import SchedulerCore
import Synchronization

/// Finds the marks that runs set while they go on. What a run wrote is read once: each look goes on where the one before ended.
package final class MaintenanceWatch: Sendable {
    private struct Reading {
        var reader: EventReader
        var marks: [String: Instant] = [:]
    }

    /// Units that one run may mark.
    private static let bound = 100

    private let runner: Runner
    private let log: Logger
    private let readings = Mutex<[RunID: Reading]>([:])

    package init(runner: Runner, log: Logger) {
        self.runner = runner
        self.log = log
    }

    /// The units that these runs work on.
    /// - Parameter runs: all that go on and speak the wire.
    package func maintenance(by runs: [RunID]) -> [Maintenance] {
        readings.withLock { readings in
            let live = Set(runs)
            readings = readings.filter { live.contains($0.key) }
            for run in runs { readings[run] = read(run, from: readings[run]) }
            return readings.values.flatMap { $0.marks.map { Maintenance(unit: $0.key, until: $0.value) } }.sorted { $0.unit < $1.unit }
        }
    }

    private func read(_ run: RunID, from known: Reading?) -> Reading? {
        do throws(RunnerError) {
            var reading: Reading
            if let known { reading = known } else { reading = Reading(reader: try runner.events(of: run.rawValue)) }
            while true {
                let lines = try reading.reader.read()
                if lines.isEmpty { return reading }
                for line in lines { Self.take(line, into: &reading.marks) }
            }
        } catch {
            log.warning("the marks of run \(run) cannot be read: \(error)", metadata: .about(run))
            return known
        }
    }

    private static func take(_ line: EventLine, into marks: inout [String: Instant]) {
        // Most lines are no marks: only what looks like one is decoded; one that is not of the wire is output like any other.
        guard case .wire(let bytes) = line.content, bytes.firstRange(of: Array("maintenance".utf8)) != nil,
            case .mark(let mark)? = try? WireEvent(line: bytes), mark.mark == "maintenance", marks.count < bound
        else { return }
        let seconds = mark.until.timeIntervalSince1970
        guard seconds.isFinite, abs(seconds) < 1e12 else { return }
        marks[mark.unit.cut(to: AlertKey.textBound)] = Instant(milliseconds: Int64(seconds * 1000))
    }
}
