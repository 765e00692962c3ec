package import JobKit

/// The settings of a command.
package struct CommandSettings: JobSettings {
    /// The program and its arguments; empty when `shell` is given.
    package let argv: [String]
    /// A line for `/bin/sh -c`.
    package let shell: String?
    /// The working folder; nil for the job's state folder.
    package let directory: String?
    /// Text for the program's standard input.
    package let stdin: String?
    package let exitCodes: ExitCodes

    /// What holds across these settings holds for each program (``ProgramRole``).
    package static let hasRules = false

    /// Which exit codes mean what; every other one is a failure.
    package struct ExitCodes: Sendable, Hashable {
        package var ok: [Int]
        package var warning: [Int]
    }

    package init(from section: inout SettingsSection) {
        argv = section.textList(
            "argv", of: .any,
            help: "The program and its arguments, without a shell. A program without '/' is looked up in PATH.")
        shell = section.optionalText(
            "shell", form: .any, help: "A line for /bin/sh -c, instead of argv. ${NAME} in it is the shell's own and stays as it is.")
        directory = section.optionalText(
            "directory", form: .absolutePath, help: "The working folder; without it the job's own state folder.")
        stdin = section.optionalText("stdin", form: .any, help: "Text for the program's standard input; without it the input is empty.")
        exitCodes =
            section.section("exit_codes", help: "What the exit codes mean; every other code is a failure.") { codes in
                ExitCodes(
                    ok: codes.integerList("ok", in: 0...255, default: [0], help: "Exit codes of a run that succeeded."),
                    warning: codes.integerList("warning", in: 0...255, default: [], help: "Exit codes of a run that ended with a warning."))
            } ?? ExitCodes(ok: [0], warning: [])
    }
}
