/// Which settings of a kind carry the program that its runs are.
public struct ProgramRole: Sendable, Hashable, Codable {
    /// Name of the setting with the program and its arguments, a list of text.
    public var argv: String
    /// Name of the setting with a line for `/bin/sh -c`; exactly one of `argv` and `shell` is given in a job file.
    public var shell: String
    /// Name of the setting with the working folder.
    public var directory: String
    /// Name of the setting with the program's standard input.
    public var stdin: String
    /// Name of the section with the lists `ok` and `warning` of exit codes.
    public var exitCodes: String

    /// The names of the five settings.
    public init(argv: String, shell: String, directory: String, stdin: String, exitCodes: String) {
        self.argv = argv
        self.shell = shell
        self.directory = directory
        self.stdin = stdin
        self.exitCodes = exitCodes
    }

    private enum CodingKeys: String, CodingKey {
        case argv, shell, directory, stdin
        case exitCodes = "exit_codes"
    }
}
