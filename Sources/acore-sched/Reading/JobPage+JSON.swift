import ControlClient
import CronSchedule
import JobFiles
import JobKit
import SchedulerCore

extension JobPage {
    /// The keys of `show --json`.
    private struct JSON: Encodable {
        let job: String
        let file: String
        let state: String
        let kind: String
        let description: String?
        let schedules: [Schedule]
        let timezone: String
        let pausedUntil: String?
        let next: [UpcomingSlot.JSON]
        let runs: [RunJSON]
        /// By the key with its section, for example `catch_up.mode`.
        let definition: [String: Value]
        let with: [String: Value]
        let warnings: [Warning]
        /// Whether a running daemon goes by another timetable.
        let stale: Bool
    }

    private struct Schedule: Encodable {
        let text: String
        let meaning: String
    }

    private struct Value: Encodable {
        let value: PlainJSON
        let `default`: Bool
    }

    private struct Warning: Encodable {
        let line: Int
        let column: Int
        let problem: String
        let fix: String
    }

    /// One object on one line.
    var json: String {
        JSONText.line(
            JSON(
                job: entry.name, file: entry.file, state: entry.state(at: now).rawValue, kind: job.definition.kind,
                description: job.definition.description, schedules: schedules.map { Schedule(text: $0.text, meaning: $0.meaning) },
                timezone: job.timetable.zone.identifier,
                pausedUntil: entry.pausedUntil(at: now).map { $0 == JobCursor.forever ? "forever" : $0.description },
                next: next.map(\.json), runs: runs.map(RunJSON.init), definition: Self.values(job.definition.lines),
                with: Self.values(job.definition.settingLines(of: kind)),
                warnings: entry.findings.map { Warning(line: $0.line, column: $0.column, problem: $0.problem, fix: $0.fix) },
                stale: isStale))
    }

    private static func values(_ lines: [DefinitionLine]) -> [String: Value] {
        Dictionary(lines.map { ($0.key, Value(value: PlainJSON($0.value), default: $0.isDefault)) }, uniquingKeysWith: { $1 })
    }
}
