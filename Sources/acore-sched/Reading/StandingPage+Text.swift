import ControlClient
import CronSchedule
import JobKit
import SchedulerCore

extension StandingPage {
    /// The sentence, then a block a question.
    func text(colour: Bool) -> String {
        var lines = [TextStyle.strong.paint(EventText.harmless("\(gathering.name): \(present.sentence)"), colour: colour), ""]
        for (label, values) in rows {
            for (index, value) in values.enumerated() {
                let head = index == 0 ? label : ""
                lines.append(head + String(repeating: " ", count: 11 - head.count) + EventText.harmless(value))
            }
        }
        return lines.joined(separator: "\n")
    }

    private var rows: [(String, [String])] {
        let zone = gathering.zone
        let isMachines = gathering.job?.definition.timing.timezone == nil
        let definition = gathering.job?.definition
        let gap = definition.map { $0.timing.dstGap == .skip ? ["skip: slots that a gap of the clock swallows do not run"] : [] } ?? []
        let jitterText = "up to \((definition?.timing.jitter ?? .zero).settingText); here \(jitter.settingText) after each slot"
        return [
            ("file", [gathering.entry?.file ?? "none"]), ("state", [state]),
            ("schedule", schedules.flatMap { [$0.text, "  \($0.meaning)", "  \($0.kind.classWords)"] }),
            ("timezone", [zone.identifier + (isMachines ? " (the machine's)" : "")]), ("dst_gap", gap),
            ("jitter", definition.map { $0.timing.jitter > .zero } ?? false ? [jitterText] : []),
        ] + policies.map { ($0.key, [$0.words]) } + [
            ("daemon", facts.hasDaemon ? [] : ["none runs on this state directory"]),
            ("last run", [lastRun.map { Explanation.sentence(on: $0, facts) } ?? "none that is known"]),
            ("waits", waits), ("not run", notRun.map(line)), ("next", next.isEmpty ? ["-"] : next.map(line)),
        ]
    }

    private func line(_ row: Occurrence) -> String {
        let slot = row.slot.instant.map { LocalTime.text($0, in: gathering.zone) } ?? "boot"
        let span = row.spanFirst.map { "\(row.count) slots from \(LocalTime.text($0, in: gathering.zone)) to \(slot)" } ?? slot
        let words = row.account.words
        return "\(span)  \(words.account) (\(words.reason ?? "-"))\(row.detail.isEmpty ? "" : ": \(row.detail)")"
    }

    private func line(_ slot: UpcomingSlot) -> String {
        let jitter = slot.dueAt == slot.slot ? nil : "slot \(LocalTime.text(slot.slot, in: slot.zone)) and jitter"
        let moment = "\(LocalTime.text(slot.dueAt, in: slot.zone))  \(LocalTime.weekday(slot.dueAt, in: slot.zone))"
        let words = [LocalTime.distance(to: slot.dueAt, from: gathering.book.now), jitter, slot.note].compactMap { $0 }
        return "\(moment)  \(words.joined(separator: "; "))"
    }
}
