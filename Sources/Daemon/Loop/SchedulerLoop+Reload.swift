package import CronSchedule
package import SchedulerCore

extension SchedulerLoop {
    /// Puts a change of the job files in force, after everything that is due by now.
    ///
    /// When the ledger cannot be written, the rows wait like those of any pass: the change is in force as a whole, and nothing starts
    /// until they are durable.
    package func reload(_ changes: JobChanges) {
        pass()
        guard contradiction == nil else { return }
        var actions = scheduler.change(changes, now: clock.now())
        meter.forget(changes.removed)
        meetJobs()
        follow(&actions, ends: [])
        write(actions)
        pass()
        expectNext(anew: true)
    }

    /// The next starts of jobs, at most `count` of each; a job that is silent, or whose timetable cannot be searched, has none.
    package func upcoming(of jobs: [String], count: Int) -> [String: [Instant]] {
        var starts: [String: [Instant]] = [:]
        for job in jobs {
            do throws(CronSearchError) {
                starts[job] = try scheduler.upcoming(of: job, count: count)
            } catch {
                // The pass before has written this down as an event.
                starts[job] = []
            }
        }
        return starts
    }
}
