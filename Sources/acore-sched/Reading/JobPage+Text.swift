import CronSchedule
import JobFiles
import JobKit
import SchedulerCore

extension JobPage {
    /// For people: facts first, then every key.
    func text(colour: Bool) -> String {
        var lines = [
            TextStyle.strong.paint(entry.name, colour: colour) + (job.definition.description.map { ": \(EventText.harmless($0))" } ?? "")
        ]
        lines.append("")
        for (label, values) in facts {
            for (index, value) in values.enumerated() {
                lines.append(Self.row(index == 0 ? label : "", EventText.harmless(value), width: 10))
            }
        }
        lines += block("DEFINITION", job.definition.lines, colour: colour)
        lines += block("WITH", job.definition.settingLines(of: kind), colour: colour)
        return lines.joined(separator: "\n")
    }

    private var facts: [(String, [String])] {
        let zone = job.timetable.zone
        let state = entry.state(at: now)
        let pause = entry.pausedUntil(at: now).map {
            $0 == JobCursor.forever ? ", until resumed" : " until \(LocalTime.text($0, in: zone))"
        }
        let meanings = schedules.flatMap { [$0.text, "  \($0.meaning)"] }
        let isMachines = job.definition.timing.timezone == nil
        return [
            ("file", [entry.file]), ("state", [state.rawValue + (pause ?? "")]),
            ("kind", [entry.job.map { "\($0.definition.kind)" + (kind.map { ": \($0.summary)" } ?? "") } ?? ""]),
            ("schedule", meanings.isEmpty ? [entry.timing] : meanings),
            ("timezone", [zone.identifier + (isMachines ? " (the machine's)" : "")]),
            ("next", next.isEmpty ? ["-"] : next.map(line)), ("last runs", runs.isEmpty ? ["has not run yet"] : runs.map(line)),
            ("warnings", entry.findings.map { "\($0.file):\($0.line): \($0.problem); \($0.fix)" }),
            ("note", isStale ? ["the daemon goes by another timetable; see acore-sched plan"] : []),
        ]
    }

    private func line(_ slot: UpcomingSlot) -> String {
        let jitter = slot.dueAt == slot.slot ? nil : "slot \(LocalTime.text(slot.slot, in: slot.zone)) and jitter"
        let moment = "\(LocalTime.text(slot.dueAt, in: slot.zone))  \(LocalTime.weekday(slot.dueAt, in: slot.zone))"
        let words = [LocalTime.distance(to: slot.dueAt, from: self.moment), jitter, slot.note].compactMap { $0 }
        return "\(moment)  \(words.joined(separator: "; "))"
    }

    private func line(_ run: Run) -> String {
        let time = run.time(at: now)
        let facts = ["\(run.state.rawValue)", LocalTime.text(run.moment, in: job.timetable.zone), time, run.id.rawValue]
        let summary = run.ending.map { ": \($0.summary)" } ?? ""
        return facts.filter { !$0.isEmpty }.joined(separator: "  ") + summary
    }

    private func block(_ title: String, _ lines: [DefinitionLine], colour: Bool) -> [String] {
        guard !lines.isEmpty else { return [] }
        let keys = lines.map { EventText.harmless($0.key) }
        let width = (keys.map(TextWidth.of).max() ?? 0) + 1
        let rows = zip(keys, lines).map { key, line in
            let row = "  " + Self.row(key, line.text, width: width)
            return line.isDefault ? TextStyle.faint.paint(row, colour: colour) : row
        }
        return ["", TextStyle.strong.paint(title, colour: colour)] + rows
    }

    private static func row(_ label: String, _ value: String, width: Int) -> String {
        label + String(repeating: " ", count: max(1, width - TextWidth.of(label))) + " " + value
    }
}
