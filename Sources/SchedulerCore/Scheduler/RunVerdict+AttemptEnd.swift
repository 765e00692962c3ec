package import JobKit

extension RunVerdict {
    /// How an attempt of a job ended.
    /// - Parameters:
    ///   - role: the settings that carry the program, for kinds that run one; nil for kinds that speak the wire.
    ///   - definition: nil when the job has no file any more: then exit code 0 alone is good.
    package static func judge(
        _ end: AttemptEnd, role: ProgramRole?, definition: JobDefinition?
    ) -> (event: RunState.Event, ending: RunEnding) {
        let codes = role.flatMap { definition?.settings[$0.exitCodes] }
        let reading: Reading =
            role == nil
            ? .wire(end.result)
            : .program(ok: codes?["ok"]?.integers ?? [0], warning: codes?["warning"]?.integers ?? [])
        var (event, ending) = judge(end.cause, reading: reading, timeout: definition?.timeout)
        ending.usage = end.usage
        ending.fix = (end.fix ?? ending.fix)?.replacing("logs RUN", with: "logs \(end.run)")
        if !end.notes.isEmpty { ending.summary += " (\(end.notes.joined(separator: "; ")))" }
        return (event, ending)
    }
}
