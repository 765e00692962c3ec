import JobKit

/// The section `remediation`: the units that the job restarts, and when.
struct RemediationSettings: Sendable {
    /// The section, and the name of its results.
    static let name = "remediation"
    static let help =
        "Units that are restarted when checks stay critical: with backoff, at most so often an hour, never during maintenance."
    /// Units of one job.
    private static let bound = 50

    let remedies: [Remedy]
    let timeout: Duration
    let program: String
    /// For the look at a unit before its restart.
    let lookTime: Duration

    init(from section: inout SettingsSection, common: CommonSettings, checks: [any HealthCheck]) {
        let help = "The units: acore_bot.service: {when: [process_health/bot], after: 2, max_per_hour: 5, backoff: 10s, max_backoff: 15m}."
        remedies = section.sectionMap("units", help: help) { unit, section in Remedy(unit, from: &section, checks: checks) }
        timeout = section.duration(
            "timeout", in: .seconds(1)...(.seconds(1800)), default: .seconds(90),
            help: "How long systemctl restart may take; after that systemd goes on with it, and the restart counts as failed.")
        program = common.systemctl
        lookTime = common.deadline
        check(&section)
    }

    private func check(_ section: inout SettingsSection) {
        if remedies.isEmpty {
            section.report(
                .error, at: "units", problem: "\(section.place()) names no unit",
                fix: "add units: {NAME.service: {when: [NAME/TARGET]}}, a line for each unit")
        }
        if remedies.count > Self.bound {
            section.report(
                .error, at: "units", problem: "\(section.place()) names \(remedies.count) units, more than \(Self.bound)",
                fix: "spread them over several jobs, each unit in one of them")
        }
        for remedy in remedies where !Self.isUnit(remedy.unit) {
            section.report(
                .error, at: "units", problem: "\(section.place("units")) has \(remedy.unit), which is not the whole name of one unit",
                fix: "write it as systemctl shows it, with its ending: acore_bot.service")
        }
    }

    /// Whether systemctl takes it for this unit and no other: without an ending it adds one, and `*`, `?` and `[` make a pattern.
    private static func isUnit(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-"), name.utf8.count < 256, let dot = name.lastIndex(of: ".") else {
            return false
        }
        let marks = Set(#":-_.\@"#.utf8)
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case _: marks.contains(byte)
            }
        }
        return isPlain && dot > name.startIndex && endings.contains(String(name[name.index(after: dot)...]))
    }

    private static let endings: Set = ["service", "socket", "timer", "mount", "path", "target", "slice", "scope", "swap", "automount"]
}
