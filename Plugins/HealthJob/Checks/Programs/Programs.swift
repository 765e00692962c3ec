import JobKit

/// Programs that answer as those of monitoring-plugins (Nagios) do: by their exit status, a line and numbers.
struct Programs: SectionCheck {
    typealias Memory = NoMemory

    struct Program: Sendable, Hashable {
        let name: String
        let arguments: [String]
        let timeout: Duration
    }

    static let name = "programs"
    static let help =
        "Programs in the form of monitoring-plugins (Nagios): exit status 0, 1, 2 for ok, warning, critical; any other is unknown."
    static let isUsual = false
    /// Kept of an answer; more is dropped.
    private static let outputBound = 65_536
    /// From TERM to KILL.
    private static let grace: Duration = .seconds(1)

    let programs: [Program]

    init(from section: inout SettingsSection, common: CommonSettings) {
        programs = section.sectionMap("programs", help: "A name for each, with the program and its arguments.") { name, section in
            let arguments = section.textList("argv", of: .any, help: "The program and its arguments; no shell takes part.")
            let timeout = section.duration(
                "timeout", in: .milliseconds(10)...(.seconds(300)), default: .seconds(10),
                help: "After that it is ended, with all that it started, and the result is unknown.")
            if arguments.first?.isEmpty != false {
                section.report(
                    .error, at: "argv", part: .key, problem: "\(section.place()) names no program",
                    fix: "add for example argv: [/usr/lib/nagios/plugins/check_users, -w, \"5\"]")
            }
            return Program(name: name, arguments: arguments, timeout: timeout)
        }
        if programs.isEmpty {
            section.report(
                .error, at: "programs", part: .key, problem: "\(section.place()) names no program",
                fix: "add for example programs: {users: {argv: [/usr/lib/nagios/plugins/check_users, -w, \"5\"]}}")
        }
    }

    private var limit: Duration {
        SideBySide.time(for: programs.count, each: (programs.map(\.timeout).max() ?? .zero) + Self.grace + .seconds(1))
    }
    var deadline: Duration { limit + SideBySide.reserve }
    var targets: [String] { programs.map(\.name) }

    func look(_ scene: CheckScene, memory: inout Memory?) -> [WireEvent.Check] {
        SideBySide.map(programs, within: limit, late: { WireEvent.Check(Self.name, $0.name, unknown: $1) }, Self.result)
    }

    private static func result(_ program: Program) -> WireEvent.Check {
        let outcome = ToolRun(arguments: program.arguments, limit: program.timeout, outputBound: outputBound, grace: grace).run()
        let answer = ProgramAnswer(outcome.output)
        var check = WireEvent.Check(name: name, state: .unknown)
        check.target = program.name
        // Its arguments stay where they are: one of them may be a password.
        var inputs = [
            "rule": "exit status 0 ok, 1 warning, 2 critical, others unknown; the value is the first of its performance data",
            "program": program.arguments.first ?? "",
        ]
        switch outcome.end {
        case .status(let status):
            inputs["status"] = "\(status)"
            check.state = ProgramAnswer.state(of: status)
            check.reason = reason(status, answer, outcome.errors)
        case .signal(let signal): check.reason = "\(inputs["program"] ?? "") was ended by signal \(signal)"
        case .timedOut, .cut: check.reason = "\(inputs["program"] ?? "") had not ended after \(program.timeout.settingText)"
        case .notStarted(let why): check.reason = why
        }
        inputs["output"] = answer.firstLine.isEmpty ? nil : answer.firstLine
        take(answer.values, into: &check, &inputs)
        check.inputs = inputs
        return check
    }

    private static func reason(_ status: Int32, _ answer: ProgramAnswer, _ errors: [UInt8]) -> String? {
        if status == 0 { return answer.firstLine.isEmpty ? nil : answer.firstLine }
        let said = answer.firstLine.isEmpty ? Redaction.line(String(decoding: errors, as: UTF8.self).trimmed, bound: 500) : answer.firstLine
        let meaning = 0...3 ~= status ? "" : " (exit status \(status) has no meaning for such a program)"
        return (said.isEmpty ? "it ended with status \(status) and said nothing" : said) + meaning
    }

    /// The first number is the result's; all of them are inputs.
    private static func take(_ values: [PerformanceValue], into check: inout WireEvent.Check, _ inputs: inout [String: String]) {
        if let first = values.first, let value = first.value {
            check.value = value
            check.unit = first.unit.isEmpty ? nil : first.unit
            check.warning = first.warning?.ceiling
            check.critical = first.critical?.ceiling
        }
        for value in values.prefix(50) {
            let number = value.value.map { $0.text(places: 6) + value.unit } ?? "U"
            inputs["perf_\(value.label.clipped(to: 60))"] = number + (value.alarm.map { " (\($0) by its own thresholds)" } ?? "")
        }
    }
}
