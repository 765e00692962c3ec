import CronSchedule

extension ReloadPlan {
    /// For people: one line a job, marked by what happens to it, and the keys that differ.
    func text(now: Instant, colour: Bool) -> String {
        let names = added.map(\.job) + changed.map(\.job) + removed + broken.map(\.job) + withheld
        let width = names.map { TextWidth.of(EventText.harmless($0)) }.max() ?? 0
        let line = { (mark: String, style: TextStyle, job: String, words: String) in
            let name = EventText.harmless(job)
            let padding = String(repeating: " ", count: width - TextWidth.of(name))
            return "\(style.paint("\(mark) \(name)", colour: colour))\(padding)  \(EventText.harmless(words))"
        }
        var lines = added.map { line("+", .good, $0.job, Self.words($0.next, now: now)) }
        for change in changed {
            let isMoved = change.before?.dueAt != change.next?.dueAt
            let before = isMoved ? "; before: \(change.before.map(Self.moment) ?? "none")" : ""
            lines.append(line("~", .caution, change.job, Self.words(change.next, now: now) + before))
            lines += change.keys.map { EventText.harmless("    \($0.key): \($0.before ?? "-") → \($0.after ?? "-")") }
        }
        lines += removed.map { line("-", .bad, $0, "its file is gone") }
        lines += broken.map { line("!", .bad, $0.job, "\($0.isInForce ? "goes on as it was" : "is no job"): \($0.problem)") }
        lines += withheld.map { line("?", .faint, $0, "cannot be compared: its definition holds a secret and is not kept") }
        let counts = "\(added.count) added, \(changed.count) changed, \(removed.count) removed, \(unchanged) unchanged"
        return (lines + [counts + (broken.isEmpty ? "" : ", \(broken.count) with errors")]).joined(separator: "\n")
    }

    private static func words(_ next: UpcomingSlot?, now: Instant) -> String {
        next.map { "next start \(moment($0)) (\(LocalTime.distance(to: $0.dueAt, from: now)))" } ?? "no start is due on its own"
    }

    private static func moment(_ slot: UpcomingSlot) -> String { LocalTime.text(slot.dueAt, in: slot.zone) }

    /// One JSON object; its keys are documented in docs/command-line.md.
    var json: JSON {
        JSON(
            added: added.map { .init(job: $0.job, next: Self.exact($0.next)) },
            changed: changed.map { .init(job: $0.job, before: Self.exact($0.before), next: Self.exact($0.next), keys: $0.keys) },
            removed: removed, broken: broken.map { .init(job: $0.job, problem: $0.problem, inForce: $0.isInForce) }, withheld: withheld,
            unchanged: unchanged)
    }

    private static func exact(_ slot: UpcomingSlot?) -> String? { slot.map { LocalTime.exact($0.dueAt, in: $0.zone) } }

    struct JSON: Encodable {
        struct Added: Encodable {
            let job: String
            let next: String?
        }
        struct Changed: Encodable {
            let job: String
            let before: String?
            let next: String?
            let keys: [KeyChange]
        }
        struct Broken: Encodable {
            let job: String
            let problem: String
            let inForce: Bool
        }

        let added: [Added]
        let changed: [Changed]
        let removed: [String]
        let broken: [Broken]
        let withheld: [String]
        let unchanged: Int
    }
}
