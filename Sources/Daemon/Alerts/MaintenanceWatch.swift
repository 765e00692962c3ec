import CronSchedule
import FoundationEssentials
import JobKit
package import Logging
package import Runner
package import SchedulerCore
import Synchronization

/// Finds the marks that runs set while they go on, for alerts and for what requests tell. What a run wrote is read once: each look goes on where
/// the one before ended.
package final class MaintenanceWatch: Sendable {
    private struct Reading {
        var reader: EventReader
        var marks: [String: Instant] = [:]
        /// It has marked more units than are kept.
        var isCut = false
    }

    /// A mark, and whose it is.
    package struct Mark: Sendable, Hashable {
        package let run: RunID
        package let maintenance: Maintenance
    }

    /// What a look found.
    package struct Marks: Sendable {
        /// By unit, and by run.
        package var all: [Mark] = []
        /// Runs that may have set marks beyond these.
        package var doubtful: [RunID] = []
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
    package func maintenance(by runs: [RunID]) -> [Maintenance] { marks(of: runs).all.map(\.maintenance) }

    /// The marks of these runs.
    /// - Parameter runs: all that go on and speak the wire.
    package func marks(of runs: [RunID]) -> Marks {
        readings.withLock { readings in
            let live = Set(runs)
            readings = readings.filter { live.contains($0.key) }
            var marks = Marks()
            for run in runs {
                let isRead = read(run, into: &readings)
                if !isRead || readings[run]?.isCut == true { marks.doubtful.append(run) }
                let own = readings[run]?.marks ?? [:]
                marks.all += own.map { Mark(run: run, maintenance: Maintenance(unit: $0.key, until: $0.value)) }
            }
            marks.all.sort { ($0.maintenance.unit, $0.run.rawValue) < ($1.maintenance.unit, $1.run.rawValue) }
            return marks
        }
    }

    /// Those of these runs that go on: of a run that nobody has watched, the ledger may say so for longer than it lives.
    package func live(among runs: [RunID]) -> [RunID] {
        runs.filter { run in
            do throws(RunnerError) {
                switch try runner.inspect(run: run.rawValue) {
                case .finished, .vanished: return false
                case .starting, .running, .neverStarted, .missing: return true
                }
            } catch {
                log.warning("run \(run): \(error)", metadata: .about(run))
                return true
            }
        }
    }

    /// Reads on.
    /// - Returns: whether that could be done; if not, what was read before stays.
    private func read(_ run: RunID, into readings: inout [RunID: Reading]) -> Bool {
        do throws(RunnerError) {
            var reading: Reading
            if let known = readings[run] { reading = known } else { reading = Reading(reader: try runner.events(of: run.rawValue)) }
            while true {
                let lines = try reading.reader.read()
                for line in lines { Self.take(line, into: &reading) }
                guard lines.isEmpty else { continue }
                readings[run] = reading
                return true
            }
        } catch {
            log.warning("the marks of run \(run) cannot be read: \(error)", metadata: .about(run))
            return false
        }
    }

    private static func take(_ line: EventLine, into reading: inout Reading) {
        // Most lines are no marks: only what looks like one is decoded; one that is not of the wire is output like any other.
        guard case .wire(let bytes) = line.content, bytes.firstRange(of: Array("maintenance".utf8)) != nil,
            case .mark(let mark)? = try? WireEvent(line: bytes), mark.mark == "maintenance"
        else { return }
        let seconds = mark.until.timeIntervalSince1970
        guard seconds.isFinite, abs(seconds) < 1e12 else { return }
        let unit = mark.unit.cut(to: AlertKey.textBound)
        guard reading.marks.count < bound || reading.marks[unit] != nil else {
            reading.isCut = true
            return
        }
        reading.marks[unit] = Instant(milliseconds: Int64(seconds * 1000))
    }
}
