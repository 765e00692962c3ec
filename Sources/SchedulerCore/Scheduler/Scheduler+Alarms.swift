package import CronSchedule
import HeapModule

extension Scheduler {
    /// Alarms that are out of date are swept out when they are more than this and more than the others.
    static let staleAlarmBound = 1_000

    /// The next moment at which something is due by the clock; nil when nothing is.
    package var nextAlarm: Instant? { alarms.min?.at }

    /// Jobs that have a slot, or the end of a pause, at that moment, no more than may run at once. It takes a look at every alarm.
    package func jobs(dueAt moment: Instant) -> Set<String> {
        var jobs: Set<String> = []
        for alarm in alarms.unordered where alarm.at == moment && jobs.count < surroundings.limits.runs {
            if case .job(let name) = alarm.subject, isCurrent(alarm) { jobs.insert(name) }
        }
        return jobs
    }

    /// Alarms held, those that are out of date among them.
    var alarmCount: Int { alarms.count }

    mutating func setAlarm(_ subject: Alarm.Subject, at instant: Instant) { alarms.insert(Alarm(at: instant, subject: subject)) }

    /// Takes out what is due by now, oldest first.
    mutating func takeDueAlarms(now: Instant) -> [Alarm.Subject] {
        var due: [Alarm.Subject] = []
        while let alarm = alarms.min, alarm.at <= now {
            alarms.removeMin()
            guard isCurrent(alarm) else { continue }
            if case .job(let name) = alarm.subject { entries[name]?.nextDue = nil }
            due.append(alarm.subject)
        }
        return due
    }

    /// Leaves a current alarm on top, so that nobody is woken for nothing.
    mutating func sweepAlarms() {
        while let alarm = alarms.min, !isCurrent(alarm) { alarms.removeMin() }
        let needed = entries.count + waits.count + runs.count(in: .retrying)
        if alarms.count > needed * 2 + Self.staleAlarmBound { rebuildAlarms() }
    }

    mutating func rebuildAlarms() {
        alarms = Heap(entries.compactMap { name, entry in entry.nextDue.map { Alarm(at: $0, subject: .job(name)) } })
        setAlarmsOfRunsAndWaits()
    }

    /// Sets the alarms of runs that pause before a retry and of slots that wait. One that is set already is then there twice, without harm.
    mutating func setAlarmsOfRunsAndWaits() {
        for run in runs.inState(.retrying) { if let at = run.retryAt { setAlarm(.retry(run.id), at: at) } }
        for wait in waits.values { if let end = expiry(of: wait) { setAlarm(.wait(wait.job), at: end) } }
    }

    private func isCurrent(_ alarm: Alarm) -> Bool {
        switch alarm.subject {
        case .job(let name): entries[name]?.nextDue == alarm.at
        case .retry(let id): runs[id].map { $0.state == .retrying && $0.retryAt == alarm.at } ?? false
        case .wait(let job): waits[job].map { expiry(of: $0) == alarm.at } ?? false
        }
    }

    /// When a wait is given up; nil when its job has no file.
    func expiry(of wait: ConditionWait) -> Instant? {
        entries[wait.job].map { wait.since.moved(by: $0.job.definition.catchUp.deadline) }
    }
}
