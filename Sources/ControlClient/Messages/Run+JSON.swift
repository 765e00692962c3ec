import CronSchedule
package import SchedulerCore

extension Run {
    /// The run that a message is about.
    /// - Returns: nil for a message of a program that knows other words.
    package init?(_ message: RunJSON) {
        guard let id = RunID(rawValue: message.run), let trigger = Trigger(rawValue: message.trigger),
            let state = RunState(rawValue: message.state), let claimedAt = Instant(iso8601: message.claimedAt),
            let dueAt = Instant(iso8601: message.dueAt)
        else { return nil }
        let slot = message.slot.flatMap { text in
            text.hasPrefix("boot:") ? Slot.boot(String(text.dropFirst(5))) : Instant(iso8601: text).map(Slot.instant)
        }
        self.init(
            id: id, job: message.job, kind: message.kind, trigger: trigger, slot: slot, claimedAt: claimedAt, dueAt: dueAt,
            dryRun: message.dryRun)
        self.state = state
        attempt = message.attempt
        startedAt = message.startedAt.flatMap { Instant(iso8601: $0) }
        endedAt = message.endedAt.flatMap { Instant(iso8601: $0) }
        retryAt = message.retryAt.flatMap { Instant(iso8601: $0) }
        guard let summary = message.summary else { return }
        var ending = RunEnding(summary: summary, fix: message.fix, numbers: message.numbers)
        ending.exitCode = message.exitCode
        ending.signal = message.signal
        self.ending = ending
    }
}
