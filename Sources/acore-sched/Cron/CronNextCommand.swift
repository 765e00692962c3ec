import ArgumentParser
import CronSchedule

/// `cron next EXPR`: the moments an expression means.
struct CronNextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "next",
        abstract: "Print the next moments of a cron expression.",
        discussion: """
            Moments are strictly after --from and are printed with the offset of the zone.

            EXAMPLES:
              acore-sched cron next '30 2 * * *' --timezone Europe/Berlin --count 3
              acore-sched cron next 'H 3 * * MON-FRI' --job nightly --explain
              acore-sched cron next '0 9 * * MON#1' --from 2027-01-01T00:00:00Z --json
            """)

    /// Most moments that one call prints.
    static let maximumCount = CronSchedule.maximumPreview

    @Argument(help: ArgumentHelp("Five, six or seven fields in quotes, a nickname, or @every.", valueName: "expr"))
    var expression: String
    @Option(name: .long, help: "A name of the tz database; default: the machine's zone.")
    var timezone: String?
    @Option(name: .long, help: "Start after this moment (ISO 8601 with offset); default: now.")
    var from: String?
    @Option(name: .long, help: "How many moments, 1 to 10000.")
    var count = 5
    @Option(name: .long, help: "The job's name, from which H draws its values.")
    var job = ""
    @Option(name: .long, help: "A slot that the clock leaps over: run (after the gap) or skip.")
    var dstGap = "run"
    @Flag(name: .long, help: "Also print the meaning in words, the class and the canonical text.")
    var explain = false
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    mutating func validate() throws {
        guard (1...CronNextCommand.maximumCount).contains(count) else {
            throw ValidationError("--count must be from 1 to \(CronNextCommand.maximumCount)")
        }
        guard DSTGapPolicy(rawValue: dstGap) != nil else { throw ValidationError("--dst-gap must be run or skip") }
    }

    func run() throws {
        let output = CronOutput()
        let schedule: CronSchedule
        do {
            schedule = try CronSchedule(expression, jobName: job)
        } catch {
            json ? output.write(CronReport.json(error)) : output.complain(CronReport.text(error, in: expression))
            throw ExitCode(2)
        }
        do {
            let report = try report(on: schedule)
            output.write(json ? report.json : report.text(explained: explain))
            if !json { output.complain(report.warningText) }
        } catch let error as TimeZoneError {
            json
                ? output.write(CronReport.json(CronSyntaxError(column: 0, message: error.message, fix: error.fix)))
                : output.complain("error: \(error.message)\n  fix: \(error.fix)\n")
            throw ExitCode(2)
        } catch let error as CronSearchError {
            output.complain("error: \(error)\n")
            throw ExitCode(1)
        }
    }

    private func report(on schedule: CronSchedule) throws -> CronReport {
        let zone = try timezone.map { name throws(TimeZoneError) in try SystemTimeZone.named(name) } ?? SystemTimeZone.machine()
        let start = try start(in: zone)
        let gap = DSTGapPolicy(rawValue: dstGap) ?? .run
        return CronReport(
            schedule: schedule, zone: zone.identifier,
            explanation: schedule.explanation(in: zone, from: start, dstGap: gap),
            warnings: try schedule.warnings(in: zone, from: start, dstGap: gap),
            rows: try schedule.preview(count: count, from: start, in: zone, dstGap: gap))
    }

    private func start(in zone: SystemTimeZone) throws -> Instant {
        guard let from else { return Moment.now }
        guard let start = Instant(iso8601: from) else {
            throw ValidationError("--from is not a moment: \(from); write for example 2027-03-28T00:00:00+01:00 or 2027-03-28T00:00:00Z")
        }
        return start
    }
}
