extension ProgramRole {
    /// What is wrong across the settings of a program, each of which is fine by itself.
    /// - Parameters:
    ///   - written: the section as the job file has it.
    ///   - read: the same with its values in the types declared; what did not fit is missing.
    ///   - kind: the word after `uses:`.
    ///   - path: where the section stands.
    func findings(about written: ConfigNode, read: ConfigNode, kind: String, at path: [String]) -> [Finding] {
        guard written.entries != nil || written.value == .null else { return [] }
        return choice(in: written, kind: kind, at: path) + emptiness(of: read, at: path) + doubled(in: read, at: path)
    }

    private func choice(in written: ConfigNode, kind: String, at path: [String]) -> [Finding] {
        switch (written[argv] != nil, written[shell] != nil) {
        case (true, true):
            [
                Finding(
                    .error, at: path + [shell], part: .key, problem: "\(argv) and \(shell) are both given", fix: "leave one of them out")
            ]
        case (false, false):
            [
                Finding(
                    .error, at: path, part: .key, problem: "a job that uses \(kind) needs \(argv) or \(shell)",
                    fix: "write \(argv): [/usr/bin/program, argument], or \(shell): \"a line for the shell\"")
            ]
        case (true, false), (false, true): []
        }
    }

    private func emptiness(of read: ConfigNode, at path: [String]) -> [Finding] {
        guard let words = read[argv]?.list, words.first?.scalarText?.isEmpty ?? true else { return [] }
        return [
            Finding(
                .error, at: path + [argv], problem: "\(argv) names no program", fix: "put the program first, for example [/usr/bin/true]")
        ]
    }

    private func doubled(in read: ConfigNode, at path: [String]) -> [Finding] {
        let fine = read[exitCodes]?["ok"]?.integers ?? [0]
        return (read[exitCodes]?["warning"]?.integers ?? []).filter(fine.contains).map { code in
            Finding(
                .error, at: path + [exitCodes], problem: "exit code \(code) is both ok and warning",
                fix: "leave \(code) in one of the two lists")
        }
    }
}
