package import CronSchedule

/// A job as the scheduler holds it: what its file says and the timetable that follows.
///
/// It never changes, so that thousands of them are held once, by whoever knows them; the same value stands for "nothing changed".
package final class ScheduledJob: Sendable {
    package let definition: JobDefinition
    package let timetable: JobTimetable

    package init(definition: JobDefinition, timetable: JobTimetable) {
        self.definition = definition
        self.timetable = timetable
    }

    /// Builds the timetable from the schedules of `definition`.
    /// - Parameter zone: the zone that `definition.timing.timezone` names.
    package convenience init(definition: JobDefinition, zone: any TimeZoneRules) throws(CronSyntaxError) {
        var schedules: [CronSchedule] = []
        for text in definition.timing.schedules { schedules.append(try CronSchedule(text, jobName: definition.name)) }
        let gap: DSTGapPolicy =
            switch definition.timing.dstGap {
            case .run: .run
            case .skip: .skip
            }
        self.init(definition: definition, timetable: JobTimetable(schedules: schedules, zone: zone, dstGap: gap))
    }

    /// Whether both say the same, in the same zone.
    package func isSame(as other: ScheduledJob) -> Bool {
        self === other || (definition == other.definition && timetable.zone.identifier == other.timetable.zone.identifier)
    }
}
