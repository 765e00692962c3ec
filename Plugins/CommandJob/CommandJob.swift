package import JobKit

/// Runs a program: a list of arguments, or a line for the shell.
package enum CommandJob: ProgramJob {
    package typealias Settings = CommandSettings

    package static let kind: JobKind = "command"
    package static let summary = "runs a program, given as a list of arguments or as a line for the shell"
    package static let program = ProgramRole(
        argv: "argv", shell: "shell", directory: "directory", stdin: "stdin", exitCodes: "exit_codes")
}
