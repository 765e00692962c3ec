import CronSchedule
import SchedulerCore

/// What a daemon prints when it is ready: where everything lies, and jobs with their next runs.
struct Announcement {
    let text: String
    /// Jobs that have a line: more of them nobody reads in passing.
    static let mostJobs = 100

    init(locations: Locations, version: String, jobs: [ScheduledJob], scheduler: Scheduler) {
        let told = jobs.prefix(Self.mostJobs)
        let names = told.map(\.definition.name)
        let width = max(3, names.map(\.utf8.count).max() ?? 3)
        var lines = [
            "acore-sched \(version)", "  jobs   \(locations.jobsDirectory)", "  state  \(locations.stateDirectory)",
            "  socket \(locations.socketPath)", "",
            "\(Self.pad("JOB", width))  NEXT RUN                   SCHEDULE",
        ]
        for job in told {
            let name = job.definition.name
            let zone = job.timetable.zone
            let next = scheduler.nextDue(of: name).map { Instant(seconds: $0.seconds).iso8601(offset: zone.offset(at: $0)) }
            let words = job.definition.enabled ? job.definition.timing.schedules.joined(separator: "; ") : "disabled"
            let after = job.definition.after.isEmpty ? "" : "after \(job.definition.after.joined(separator: ", "))"
            let timing = [words, after].filter { !$0.isEmpty }.joined(separator: ", ")
            lines.append("\(Self.pad(name, width))  \(Self.pad(next ?? "-", 25))  \(timing.isEmpty ? "by hand" : timing)")
        }
        if told.count < jobs.count { lines.append("… and \(jobs.count - told.count) more; `acore-sched list` shows them all") }
        text = lines.joined(separator: "\n")
    }

    /// Names of jobs and moments are ASCII: their bytes are their columns.
    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.utf8.count))
    }
}
