import ArgumentParser
import ControlClient
import CronSchedule
import Daemon
import JobKit
import Logging
import SchedulerCore

/// The way of a request about alerts: by the daemon, or without one by this program itself.
struct AlertRequestLine {
    let global: GlobalOptions

    func ask<Body: Encodable & Sendable, Answer: Decodable & Sendable>(
        _ verb: String, _ body: Body, directly: (DirectAlerts) throws(DaemonError) -> Answer
    ) async throws -> Answer {
        let line = DaemonLine(global)
        if try line.isOpen() { return try await line.client.ask("POST", "/v1/alerts/\(verb)", body: body) }
        let site = try Site(locations: global.locations)
        let log = Logger(label: "alerts") { _ in ConsoleLogHandler() }
        return try directly(try DirectAlerts(site: site, log: log, now: Moment.now))
    }
}

/// `alerts ack ALERT`: no more reminders.
struct AlertsAckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        abstract: "Say that an alert was seen: there are no more reminders, and it is not escalated.",
        discussion: """
            Its end, and a change for the worse, are told as before.

            EXAMPLES:
              acore-sched alerts ack backup-full/failure
              acore-sched alerts ack 01JZ5X4AKN9M3V0FDDEE2RQ8GT

            EXIT CODES: 0 acknowledged, 1 failed, 2 usage, 4 no such alert, 5 refused,
            7 somebody else is at it
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A key, or an alert's id.")
    var alert: String
    @Flag(name: .long, help: "Print the alert as one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let answer: AlertJSON = try await AlertRequestLine(global: global).ask("ack", AcknowledgeRequest(alert: alert)) {
                direct throws(DaemonError) in AlertJSON(try direct.acknowledge(alert))
            }
            Console.print(
                json ? JSONText.line(answer) : EventText.harmless("\(answer.key) is acknowledged by \(answer.acknowledgedBy ?? "you")"))
        }
    }
}

/// `alerts silence PATTERN`: nobody is told for a while.
struct AlertsSilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence",
        abstract: "Tell nobody of some alerts for a time.",
        discussion: """
            PATTERN is a key, with * for any text. What fires in that time and still does at
            its end is told then; what is over by then is only in the history. The end of an
            alert that was told before is told in any case.

            EXAMPLES:
              acore-sched alerts silence "health/*" --for 2h --reason "new disk"
              acore-sched alerts silence backup-full/failure --until 2027-03-28T06:00:00+02:00 --reason known

            EXIT CODES: 0 silenced, 1 failed, 2 usage, 5 refused, 7 somebody else is at it
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A key, with * for any text.")
    var pattern: String
    @Option(name: .customLong("for"), help: ArgumentHelp("For so long: 90s, 2h, 3d.", valueName: "span"))
    var span: String?
    @Option(name: .long, help: ArgumentHelp("Until this moment: ISO 8601 with offset.", valueName: "moment"))
    var until: String?
    @Option(name: .long, help: "Why, for those who look later.")
    var reason: String
    @Flag(name: .long, help: "Print the silence as one JSON object.")
    var json = false

    func validate() throws {
        guard (span == nil) != (until == nil) else { throw ValidationError("write either --for or --until") }
        guard !pattern.isEmpty, !reason.isEmpty else { throw ValidationError("the pattern and the reason must say something") }
    }

    func run() async throws {
        try await reportingErrors {
            let end = try end()
            let request = SilenceRequest(pattern: pattern, until: end.description, reason: reason)
            let answer: SilenceJSON = try await AlertRequestLine(global: global).ask("silence", request) {
                direct throws(DaemonError) in SilenceJSON(try direct.silence(pattern, until: end, reason: reason))
            }
            Console.print(
                json ? JSONText.line(answer) : EventText.harmless("\(answer.pattern) is silenced until \(answer.until) (\(answer.silence))")
            )
        }
    }

    private func end() throws(ControlFailure) -> Instant {
        let now = Moment.now
        if let span {
            guard let length = Duration(settingText: span), length > .zero else {
                throw ControlFailure("--for is no span of time: \(EventText.harmless(span))", fix: "write for example 2h", category: .usage)
            }
            return now.moved(by: length)
        }
        guard let instant = Instant(iso8601: until ?? ""), instant > now else {
            throw ControlFailure(
                "--until is no moment to come: \(EventText.harmless(until ?? ""))", fix: "write for example 2027-03-28T00:00:00+01:00",
                category: .usage)
        }
        return instant
    }
}

/// `alerts unsilence SILENCE`: ends a silence.
struct AlertsUnsilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unsilence",
        abstract: "End a silence before its time.",
        discussion: """
            EXAMPLES:
              acore-sched alerts unsilence "health/*"

            EXIT CODES: 0 ended, 1 failed, 2 usage, 4 no such silence, 5 refused,
            7 somebody else is at it
            """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "A silence's id, or its pattern.")
    var silence: String
    @Flag(name: .long, help: "Print the silence as one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let answer: SilenceJSON = try await AlertRequestLine(global: global).ask("unsilence", UnsilenceRequest(silence: silence)) {
                direct throws(DaemonError) in SilenceJSON(try direct.unsilence(silence))
            }
            Console.print(json ? JSONText.line(answer) : EventText.harmless("the silence of \(answer.pattern) is over"))
        }
    }
}
