import JobKit

/// A process that is looked at, as the settings name it.
struct ProcessTarget: Sendable {
    let name: String
    /// Its unit of systemd.
    let unit: String?
    let pidFile: String?
    /// What it runs, for a process of a PID file: the number may have gone to another one.
    let executable: String?
    let command: String?
    let cpu: Thresholds
    /// Bytes.
    let memory: Thresholds
    /// A program and its arguments; it ends with 0 when the process answers.
    let probe: [String]

    init(name: String, from section: inout SettingsSection) {
        self.name = name
        unit = section.optionalText("unit", help: "Its unit of systemd: that tells the process, and its state.")
        pidFile = section.optionalText(
            "pid_file", form: .absolutePath, help: "A file with the number of the process; for one without a unit.")
        executable = section.optionalText(
            "executable", form: .absolutePath, help: "The program that the process runs, where /proc shows it.")
        command = section.optionalText("command", help: "A part of the command line of the process, for example main.py.")
        cpu = section.thresholds(
            "cpu", default: Thresholds(), help: "Processor time since the look before, in percent of one processor; none is set by itself.")
        memory = section.byteThresholds("memory", help: "Resident memory, for example {warning: 1G, critical: 2G}; none is set by itself.")
        probe = section.textList("probe", help: "A program and its arguments, without a shell: it ends with 0 when the process answers.")
        if (unit == nil) == (pidFile == nil) {
            section.report(
                .error, at: unit == nil ? "unit" : "pid_file", part: .key,
                problem: "\(section.place()) needs unit or pid_file, \(unit == nil ? "and has none" : "not both")",
                fix: "write unit: NAME.service, or pid_file: /path/of/the/file")
        }
    }
}

extension SettingsSection {
    /// Thresholds of a size.
    mutating func byteThresholds(_ name: String, help: String) -> Thresholds {
        let range = ByteCount(1)...ByteCount(1 << 50)
        let given = section(name, help: help) { section in
            let warning = section.optionalBytes("warning", in: range, help: "Reached or exceeded: warning.")
            let critical = section.optionalBytes("critical", in: range, help: "Reached or exceeded: critical.")
            if let warning, let critical, warning.bytes >= critical.bytes {
                section.report(
                    .error, at: "critical",
                    problem:
                        "\(section.place()) has warning \(warning.settingText), which does not lie below critical \(critical.settingText)",
                    fix: "write a warning below \(critical.settingText)")
            }
            return Thresholds(warning: warning.map { Double($0.bytes) }, critical: critical.map { Double($0.bytes) })
        }
        return given ?? Thresholds()
    }
}
