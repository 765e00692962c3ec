import JobKit

/// What a restore in place does to the program that uses the data.
struct ServiceHooks {
    let settings: RestoreSettings
    let context: JobContext

    /// Ends it.
    /// - Returns: nil when that worked or nothing is to be done, else what went wrong.
    func stop(_ flag: StopFlag?) -> String? { run("restore_stop", settings.stop, flag) }

    /// Starts it; never ended early, since that would leave it stopped.
    func start() -> String? { run("restore_start", settings.start, nil) }

    /// Asks whether it is well.
    func check(_ flag: StopFlag) -> String? { run("restore_check", settings.check, flag) }

    private func run(_ setting: String, _ arguments: [String], _ flag: StopFlag?) -> String? {
        guard !arguments.isEmpty else { return nil }
        let program = HookProgram(setting: setting, arguments: arguments, limit: settings.limit, context: context)
        context.log(.info, "\(setting): running \(program.words)")
        return program.run(stop: flag)
    }
}
