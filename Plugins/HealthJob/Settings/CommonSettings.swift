import JobKit

/// What the settings say for all checks.
struct CommonSettings: Sendable, Hashable {
    /// How long a look of one check may take.
    let deadline: Duration
    /// The program that is asked about units.
    let systemctl: String

    init(from section: inout SettingsSection) {
        deadline = section.duration(
            "deadline", in: .milliseconds(100)...(.seconds(300)), default: .seconds(5),
            help: "How long one check may look; one that hangs is reported as unknown, and holds up no other.")
        systemctl = section.text(
            "systemctl", form: .absolutePath, default: "/usr/bin/systemctl", help: "The program that is asked about units of systemd.")
    }
}
