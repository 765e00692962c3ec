import ControlClient
import CronSchedule
import JobKit
import SchedulerCore

extension StandingPage {
    /// The keys of `explain --json`.
    private struct JSON: Encodable {
        let job: String
        let file: String?
        let sentence: String
        let verdict: String
        let reason: String?
        let state: String
        let schedules: [Schedule]
        let timezone: String
        let jitter: String?
        /// By key of the job file: what it means.
        let policies: [String: String]
        /// Whether one runs.
        let daemon: Bool
        let lastRun: RunJSON?
        let waits: [String]
        let notRun: [OccurrenceJSON]
        let next: [UpcomingSlot.JSON]
    }

    private struct Schedule: Encodable {
        let text: String
        let `class`: String
        let meaning: String
    }

    /// One object on one line.
    var json: String {
        JSONText.line(
            JSON(
                job: gathering.name, file: gathering.entry?.file, sentence: present.sentence, verdict: present.verdict.word,
                reason: present.verdict.reason, state: state,
                schedules: schedules.map { Schedule(text: $0.text, class: $0.kind.className, meaning: $0.meaning) },
                timezone: gathering.zone.identifier, jitter: jitter > .zero ? jitter.settingText : nil,
                policies: Dictionary(policies.map { ($0.key, $0.words) }, uniquingKeysWith: { $1 }), daemon: facts.hasDaemon,
                lastRun: lastRun.map(RunJSON.init), waits: waits, notRun: notRun.map(\.json), next: next.map(\.json)))
    }
}
