import CronSchedule
import JobFiles
import JobKit
import Logging
import SchedulerCore

/// What the log says of a look at the job files: each finding once, each changed job with its next starts.
struct ReloadLog {
    let log: Logger

    /// What was found and was not said before.
    func tell(_ outcome: JobLoad.Outcome, before: JobsInForce = JobsInForce()) {
        let told = Set(before.findings)
        for finding in outcome.inForce.findings where !told.contains(finding) {
            log.log(level: finding.severity == .error ? .error : .warning, "\(finding.rendered())")
        }
        for problem in outcome.problems { log.error("\(problem)") }
        for job in outcome.inForce.broken.subtracting(before.broken).sorted() {
            log.warning("job \(job) goes on as it was before its file had an error", metadata: .about(job: job))
        }
        for job in before.broken.subtracting(outcome.inForce.broken).sorted() where outcome.inForce.jobs[job] != nil {
            log.notice("the file of job \(job) has no error any more", metadata: .about(job: job))
        }
    }

    /// Whether the folder was lost, or is back.
    func tellFolder(_ outcome: JobLoad.Outcome, before: JobsInForce) {
        switch (before.isFolderReadable, outcome.inForce.isFolderReadable) {
        case (true, false): log.error("the folder of the job files cannot be read: all jobs go on as they were until it can")
        case (false, true): log.notice("the folder of the job files can be read again")
        case (true, true), (false, false): break
        }
    }

    /// What is in force now.
    func tell(_ report: ReloadReport, changes: JobChanges) {
        guard !report.changesNothing else { return log.debug("job files: nothing changed") }
        log.notice("job files: \(report.summary)", metadata: ["took": "\(report.duration.wholeMilliseconds) ms"])
        for job in changes.placed.prefix(ReloadReport.mostTold) {
            let name = job.definition.name
            let word = report.added.contains(name) ? "added" : "changed"
            let starts = report.upcoming[name, default: []].map { start in
                Instant(seconds: start.seconds).iso8601(offset: job.timetable.zone.offset(at: start))
            }
            let next = starts.isEmpty ? "no start is due on its own" : "next starts \(starts.joined(separator: ", "))"
            log.notice("job \(name) \(word): \(next)", metadata: .about(job: name))
        }
        for name in report.removed.prefix(ReloadReport.mostTold) {
            log.notice("job \(name) removed: its file is gone", metadata: .about(job: name))
        }
        let told = min(changes.placed.count, ReloadReport.mostTold) + min(report.removed.count, ReloadReport.mostTold)
        let untold = changes.placed.count + report.removed.count - told
        if untold > 0 { log.notice("\(untold) more jobs changed") }
    }
}
