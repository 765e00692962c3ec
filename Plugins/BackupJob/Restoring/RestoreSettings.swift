import JobKit

/// Settings of restores and drills. What is to be run is a program with its arguments, never a line for a shell.
package struct RestoreSettings: Sendable, Hashable {
    /// Where a drill restores to; nil for the job's own folders.
    package let scratch: String?
    /// Ends what uses the data, before the swap.
    package let stop: [String]
    /// Starts it again.
    package let start: [String]
    /// Says whether it is well afterwards.
    package let check: [String]
    /// Looks at what a drill restored.
    package let probe: [String]
    /// For each of them.
    package let limit: Duration

    init(from section: inout SettingsSection) {
        scratch = section.optionalText(
            "scratch", form: .absolutePath,
            help: "Folder in which a drill restores; without it the job's state folder, or the run's TMPDIR.")
        stop = section.textList(
            "restore_stop", of: .any,
            help: "Program and arguments that end what uses the data, before a restore in place swaps it: [systemctl, stop, acore_bot].")
        start = section.textList(
            "restore_start", of: .any, help: "Program and arguments that start it again, after the swap and after every way back.")
        check = section.textList(
            "restore_check", of: .any,
            help: "Program and arguments that end with 0 when it is well after a restore in place; otherwise the old data comes back.")
        probe = section.textList(
            "probe", of: .any,
            help:
                "Program and arguments that a drill runs in the restored folder, which ACORE_RESTORED names; it ends with 0 when all is well."
        )
        limit = section.duration(
            "hook_timeout", in: .seconds(1)...(.seconds(86_400)), default: .seconds(300),
            help: "Time for each of restore_stop, restore_start, restore_check and probe.")
    }
}
