import ControlClient
import CronSchedule
import Daemon
import SchedulerCore

/// One job in the list.
struct JobSummary {
    private let entry: JobEntry
    private let state: JobEntry.State
    private let next: UpcomingSlot?
    private let last: Run?
    private let pausedUntil: Instant?

    init(_ entry: JobEntry, last: Run?, now: Instant) throws(DaemonError) {
        self.entry = entry
        self.last = last
        state = entry.state(at: now)
        pausedUntil = entry.pausedUntil(at: now)
        var slots = try entry.upcoming(now: now)
        next = try slots?.next()
    }

    static func table(_ jobs: [JobSummary], now: Instant) -> Table {
        var table = Table([
            .init("JOB", shrinks: true), .init("KIND", turn: 1), .init("STATE"), .init("NEXT RUN", shrinks: true),
            .init("LAST RUN", shrinks: true), .init("SCHEDULE", shrinks: true, turn: 2),
        ])
        for job in jobs { table.add(job.row(now: now)) }
        return table
    }

    private func row(now: Instant) -> [Table.Cell] {
        [
            .init(entry.name, .strong), .init(entry.inForce?.definition.kind ?? "-"), .init(state.rawValue, state.style),
            .init(nextText(now: now)), lastCell(now: now), entry.problem.map { .init($0, .bad) } ?? .init(entry.timing),
        ]
    }

    private func nextText(now: Instant) -> String {
        guard let next else { return "-" }
        return "\(LocalTime.distance(to: next.dueAt, from: now)), \(LocalTime.text(next.dueAt, in: next.zone))"
    }

    private func lastCell(now: Instant) -> Table.Cell {
        guard let last else { return .init("-") }
        let time = last.time(at: now)
        let words = "\(last.state.rawValue) \(LocalTime.distance(to: last.moment, from: now))"
        return .init(time.isEmpty ? words : "\(words), \(time)", last.state.style)
    }

    /// The keys of `list --json`.
    struct JSON: Encodable {
        let job: String
        let file: String
        let kind: String?
        let state: String
        let description: String?
        let schedule: [String]
        let after: [String]
        let timezone: String?
        let pausedUntil: String?
        let next: UpcomingSlot.JSON?
        let lastRun: RunJSON?
        let error: String?
    }

    var json: JSON {
        let definition = entry.inForce?.definition
        return JSON(
            job: entry.name, file: entry.file, kind: definition?.kind, state: state.rawValue, description: definition?.description,
            schedule: definition?.timing.schedules ?? [], after: definition?.after ?? [],
            timezone: entry.inForce?.timetable.zone.identifier,
            pausedUntil: pausedUntil.map { $0 == JobCursor.forever ? "forever" : $0.description }, next: next?.json,
            lastRun: last.map(RunJSON.init), error: entry.problem)
    }
}

extension JobEntry.State {
    var style: TextStyle {
        switch self {
        case .enabled: .good
        case .disabled: .faint
        case .paused: .caution
        case .error: .bad
        }
    }
}
