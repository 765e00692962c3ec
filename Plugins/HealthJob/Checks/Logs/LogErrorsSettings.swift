import JobKit

/// The settings of ``LogErrors``.
struct LogErrorsSettings: Sendable, Hashable {
    /// What counts as an error unless the settings say so.
    static let usualPattern = #"(^|[^A-Za-z_])(ERROR|CRITICAL|FATAL)([^A-Za-z_]|$)|Traceback \(most recent call last\)"#

    let sources: [LogSource]
    let journalctl: String
    let pattern: String
    /// Journal entries of this priority, or of one that is more urgent, are errors.
    let priority: Int
    let window: Duration
    /// Errors by lines.
    let rate: Thresholds
    let minimumLines: Int
    let readLimit: ByteCount
    let samples: Int

    init(from section: inout SettingsSection) {
        let files = section.textList("files", of: .absolutePath, orSingle: true, help: "Log files; their rotation is followed.")
        let units = section.textList("units", orSingle: true, help: "Units of systemd whose journal is read, each by itself.")
        let isWhole = section.flag("journal", default: false, help: "Read the journal of the whole machine.")
        sources = files.map(LogSource.file) + units.map { LogSource.journal(unit: $0) } + (isWhole ? [.journal(unit: nil)] : [])
        journalctl = section.text(
            "journalctl", form: .absolutePath, default: "/usr/bin/journalctl", help: "The program that reads the journal.")
        pattern = section.text(
            "pattern", default: Self.usualPattern, help: "Extended regular expression (grep -E) of a line that tells of an error.")
        priority = section.integer(
            "priority", in: 0...7, default: 3,
            help: "Journal entries of this priority or a more urgent one are errors, too: 3 is err, 4 warning.")
        window = section.duration(
            "window", in: .seconds(60)...(.seconds(604_800)), default: .seconds(900),
            help: "The time over which lines and errors are counted.")
        rate = section.thresholds(
            "error_rate", default: Thresholds(warning: 0.05), help: "Errors divided by lines, in the window.")
        minimumLines = section.integer(
            "minimum_lines", in: 1...1_000_000, default: 20, help: "With fewer lines in the window a rate says nothing, and all is well.")
        readLimit = section.bytes(
            "read_limit", in: ByteCount(65_536)...ByteCount(64 << 20), default: ByteCount(4 << 20),
            help: "So much of each log is read in a run at most; the next one goes on from there.")
        samples = section.integer(
            "samples", in: 0...20, default: 5, help: "So many of the worst lines are shown, without what looks like a secret.")
        check(&section)
    }

    private func check(_ section: inout SettingsSection) {
        if sources.isEmpty {
            section.report(
                .error, at: "files", part: .key, problem: "\(section.place()) names no log",
                fix: "add files: [/var/log/bot.log], units: [bot.service] or journal: true")
        }
        if Set(sources).count < sources.count {
            section.report(
                .error, at: "files", problem: "\(section.place()) names a log twice",
                fix: "name each file and each unit once")
        }
        do throws(LinePattern.Complaint) {
            _ = try LinePattern(pattern)
        } catch {
            section.report(
                .error, at: "pattern", problem: "\(section.place("pattern")) is no regular expression: \(error.reason)",
                fix: "write it as for grep -E, and try it there")
        }
    }
}
