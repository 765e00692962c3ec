import CronSchedule
import Daemon
import SchedulerCore
import Testing

/// Timetables of many jobs, made on all processors.
@Suite struct TimetableTests {
    @Test func eachJobGetsItsOwnOrIsNamed() throws {
        var definitions: [String: JobDefinition] = [:]
        for number in 0..<200 { definitions["job\(number)"] = Workspace.job("job\(number)", schedule: "\(number % 60) 3 * * *") }
        definitions["nowhere"] = Workspace.job("nowhere", schedule: "0 3 * * *") { $0.timing.timezone = "No/Where" }
        definitions["never"] = Workspace.job("never", schedule: "61 3 * * *")
        let known = try ScheduledJob(definition: try #require(definitions["job7"]), zone: try SystemTimeZone.named("UTC"))
        let old = try ScheduledJob(definition: Workspace.job("job8", schedule: "0 0 * * *"), zone: try SystemTimeZone.named("UTC"))

        let (jobs, problems) = ZoneCatalog().scheduledJobs(in: definitions, known: ["job7": known, "job8": old])

        #expect(jobs.count == 200)
        for number in 0..<200 {
            #expect(jobs["job\(number)"]?.timetable.schedules.map(\.text) == ["\(number % 60) 3 * * *"])
        }
        #expect(jobs["job7"] === known)
        #expect(problems.count == 2)
        #expect(problems.first?.hasPrefix("job never: ") == true)
        #expect(problems.last?.hasPrefix("job nowhere: ") == true)
    }
}
