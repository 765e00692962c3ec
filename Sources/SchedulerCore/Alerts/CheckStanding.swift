package import CronSchedule
import JobKit

/// What the newest result of a check is worth now.
package struct CheckStanding: Sendable, Hashable {
    package let result: CheckResult
    /// Since when it says nothing of today any more; nil while it counts.
    package let staleSince: Instant?

    /// The newest results of the checks of one job, those that are no more left out.
    ///
    /// A check that later runs leave out, as after a change of the job's file, keeps its last result for ``AlertBook/checkLifetime``, as its alert does.
    /// Where the job itself has fallen silent, all of its results are stale, and stay.
    /// - Parameters:
    ///   - job: nil where no definition is known; its results count for ``AlertBook/checkLifetime``.
    ///   - isWhole: whether the run that reported last came to its end: one that broke off may not have come to all checks.
    package static func of(
        _ results: [CheckResult], job: ScheduledJob?, isWhole: Bool, at now: Instant
    ) throws(CronSearchError) -> [CheckStanding] {
        guard let newest = results.map(\.at).max() else { return [] }
        let end = try job?.staleFrom(reportedAt: newest) ?? nil
        let reference = end == nil ? now : min(newest, now)
        let oldest = reference.moved(by: .zero - AlertBook.checkLifetime)
        let goesOn = isWhole && end.map { $0 > now } ?? true
        var standings: [CheckStanding] = []
        for result in results where result.at >= oldest {
            let limit = goesOn ? nil : try job?.staleFrom(reportedAt: result.at) ?? nil
            standings.append(CheckStanding(result: result, staleSince: limit.flatMap { $0 <= now ? $0 : nil }))
        }
        return standings
    }
}

extension ScheduledJob {
    /// When what a run of this job reported is older than its rhythm: two slots have passed since, and as much time as the run of the second one may take.
    /// - Returns: nil for a job without slots to come, which runs by hand, after others, or at a boot.
    package func staleFrom(reportedAt reported: Instant) throws(CronSearchError) -> Instant? {
        guard let first = try timetable.next(after: reported), let second = try timetable.next(after: first) else { return nil }
        // The standard timeout of an hour is not meant for a job of each minute.
        let gap = max(first.since(reported), second.since(first))
        let room = definition.timeout.map { min($0, gap) } ?? gap
        return second.moved(by: definition.timing.jitter + room + SlotPlanner.lateness)
    }
}
