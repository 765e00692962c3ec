/// A program that only reads, with all that it gets: it is started by whoever asked, not by a launcher.
package struct ReadingProgram: Sendable {
    package let arguments: [String]
    /// `NAME=value`, all of it.
    package let environment: [String]
    package let standardInput: [UInt8]
}

extension Runner {
    /// Makes what a reading program needs: the environment of a run, and its secrets. There is no folder of a run.
    package func prepareReading(_ request: LaunchRequest) throws(RunnerError) -> ReadingProgram {
        try check(request)
        let secrets = try placeSecrets(of: request)
        let variables = WorkerEnvironment.variables(for: request, user: currentUser, temporary: "/tmp", secrets: secrets)
        return ReadingProgram(
            arguments: request.arguments, environment: variables.map { "\($0.name)=\($0.value)" },
            standardInput: request.standardInput)
    }

    /// Removes the secrets.
    package func finishReading(_ request: LaunchRequest) throws(RunnerError) {
        guard let runtime = settings.runtimeDirectory, !request.secrets.isEmpty else { return }
        try FolderTree.remove(RunFolder.secrets(of: request.run, in: runtime))
    }
}
