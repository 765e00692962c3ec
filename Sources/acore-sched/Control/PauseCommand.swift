import ArgumentParser
import ControlClient
import CronSchedule
import JobKit
import SchedulerCore

/// `pause JOB`: a job starts nothing for a while.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Let a job start nothing until it is resumed, or for a time.",
        discussion: """
            Runs that go on are left alone, and run-now works as before. Slots of the time
            are accounted for in one row: skipped, paused. A pause outlives the daemon.

            EXAMPLES:
              acore-sched pause backup-full
              acore-sched pause backup-full --for 2h
              acore-sched pause backup-full --until 2027-03-28T06:00:00+02:00

            EXIT CODES: 0 paused, 2 usage, 4 no such job, 5 refused, 6 no daemon
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The job's name.", completion: .jobNames)
    var job: String
    @Option(name: .customLong("for"), help: ArgumentHelp("For so long: 90s, 2h, 3d.", valueName: "span"))
    var span: String?
    @Option(name: .long, help: ArgumentHelp("Until this moment: ISO 8601 with offset.", valueName: "moment"))
    var until: String?
    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let end = try self.end()
            let client = DaemonLine(global).client
            let _: Nothing = try await client.ask("POST", "/v1/jobs/\(job.pathPart)/pause", body: PauseRequest(until: end?.description))
            if json { return Console.print(JSONText.line(PauseJSON(job: job, pausedUntil: end?.description ?? "forever"))) }
            Console.print("\(job) is paused \(end.map { "until \($0)" } ?? "until acore-sched resume \(job)")")
        }
    }

    private func end() throws(ControlFailure) -> Instant? {
        switch (span, until) {
        case (nil, nil): return nil
        case (.some, .some):
            throw ControlFailure("--for and --until exclude each other", fix: "write one of them", category: .usage)
        case (.some(let text), nil):
            guard let span = Duration(settingText: text), span > .zero else {
                throw ControlFailure("--for is no span of time: \(EventText.harmless(text))", fix: "write for example 2h", category: .usage)
            }
            return Moment.now.moved(by: span)
        case (nil, .some(let text)):
            guard let instant = Instant(iso8601: text) else {
                throw ControlFailure(
                    "--until is no moment: \(EventText.harmless(text))", fix: "write for example 2027-03-28T00:00:00+01:00",
                    category: .usage)
            }
            return instant
        }
    }
}

/// How a job is paused now; the keys of `list --json`.
struct PauseJSON: Encodable {
    let job: String
    /// ISO 8601, or `forever`; nil for a job that is not paused.
    let pausedUntil: String?
}

/// An answer whose content does not matter.
struct Nothing: Decodable, Sendable {}

extension String {
    /// As one part of a path.
    var pathPart: String {
        utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [45, 46, 95].contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
