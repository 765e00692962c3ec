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
        check(&section)
    }

    private func check(_ section: inout SettingsSection) {
        if section.contains("argv"), section.contains("shell") {
            section.report(.error, at: "shell", part: .key, problem: "argv and shell are both given", fix: "leave one of them out")
        }
        if !section.contains("argv"), !section.contains("shell") {
            section.report(
                .error, at: "argv", part: .key, problem: "neither argv nor shell is given",
                fix: "write argv: [/usr/bin/program, argument], or shell: \"a line for the shell\"")
        }
        if section.contains("argv"), argv.first?.isEmpty ?? true {
            section.report(.error, at: "argv", problem: "argv names no program", fix: "put the program first, for example [/usr/bin/true]")
        }
        for code in exitCodes.warning where exitCodes.ok.contains(code) {
            section.report(
                .error, at: "exit_codes", problem: "exit code \(code) is both ok and warning", fix: "leave \(code) in one of the two lists")
        }
    }
}
