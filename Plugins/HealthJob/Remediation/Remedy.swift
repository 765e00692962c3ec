import JobKit

/// A unit that is restarted when checks stay critical.
struct Remedy: Sendable, Hashable {
    let unit: String
    let checks: [CheckReference]
    /// So many runs in a row one of the checks has to be critical.
    let after: Int
    let mostPerHour: Int
    /// From one restart to the next, doubled with each until the unit was well for an hour.
    let backoff: Duration
    let longestBackoff: Duration

    init(_ unit: String, from section: inout SettingsSection, checks known: [any HealthCheck]) {
        self.unit = unit
        checks = section.textList(
            "when", orSingle: true,
            help: "The checks by name or name/target, process_health/bot: one that stays critical has the unit restarted."
        ).map { CheckReference($0) }
        after = section.integer("after", in: 1...100, default: 2, help: "In so many runs in a row a check has to be critical.")
        mostPerHour = section.integer("max_per_hour", in: 1...60, default: 5, help: "Restarts within any hour, at most.")
        backoff = section.duration(
            "backoff", in: .seconds(1)...(.seconds(3600)), default: .seconds(10),
            help: "From the first restart to the second at least; doubled with each further one.")
        longestBackoff = section.duration(
            "max_backoff", in: .seconds(1)...(.seconds(3600)), default: .seconds(900), help: "What backoff grows to.")
        check(&section, known)
    }

    init(
        unit: String, checks: [CheckReference], after: Int = 2, mostPerHour: Int = 5, backoff: Duration = .seconds(10),
        longestBackoff: Duration = .seconds(900)
    ) {
        self.unit = unit
        self.checks = checks
        self.after = after
        self.mostPerHour = mostPerHour
        self.backoff = backoff
        self.longestBackoff = longestBackoff
    }

    /// Seconds from one restart to the next, after so many in a row.
    func pause(after restarts: Int) -> Double {
        guard restarts > 0 else { return 0 }
        // 2^12 seconds are more than an hour already.
        return min(longestBackoff.inSeconds, backoff.inSeconds * Double(1 << min(restarts - 1, 12)))
    }

    private func check(_ section: inout SettingsSection, _ known: [any HealthCheck]) {
        if checks.isEmpty {
            section.report(
                .error, at: "when", problem: "\(section.place()) names no check",
                fix: "add when: [NAME/TARGET], for example when: [process_health/bot]")
        }
        for reference in checks {
            guard let (problem, fix) = reference.complaint(among: known) else { continue }
            section.report(.error, at: "when", problem: "\(section.place("when")) names \(reference.text): \(problem)", fix: fix)
        }
        if longestBackoff < backoff {
            section.report(
                .error, at: "max_backoff",
                problem:
                    "\(section.place()) has max_backoff \(longestBackoff.settingText), which lies below backoff \(backoff.settingText)",
                fix: "write a max_backoff of at least \(backoff.settingText)")
        }
    }
}
