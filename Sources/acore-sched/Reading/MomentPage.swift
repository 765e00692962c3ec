import ControlClient
import CronSchedule
import Daemon
import JobKit
import SchedulerCore

/// Why a job ran, or did not, at one moment.
struct MomentPage {
    private let gathering: FactGathering
    private let explanation: Explanation

    init(_ gathering: FactGathering, moment: GivenMoment) throws(DaemonError) {
        self.gathering = gathering
        explanation = try gathering.explanation(at: try moment.instant(at: gathering.book.now), writtenOffset: moment.offset)
    }

    /// The sentence, then the facts, each with its source and moment.
    func text(colour: Bool) -> String {
        var lines = [TextStyle.strong.paint(EventText.harmless(explanation.sentence), colour: colour)]
        guard !explanation.facts.isEmpty else { return lines[0] }
        lines.append("")
        let rows = explanation.facts.map { fact in
            (fact.source.rawValue, fact.at.map { LocalTime.text($0, in: gathering.zone) } ?? "-", EventText.harmless(fact.text))
        }
        let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
        lines += rows.map { source, at, text in
            TextStyle.faint.paint("\(Self.padded(source, widths.0))  \(Self.padded(at, widths.1))", colour: colour) + "  \(text)"
        }
        return lines.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The keys of `explain --at --json`.
    private struct JSON: Encodable {
        let job: String
        let at: String
        let verdict: String
        let reason: String?
        let sentence: String
        let slot: String?
        /// How the moment lies to the slot: `exact`, `jitter`, `gap`, `near`.
        let relation: String?
        /// Of `near` and `jitter`: milliseconds from the slot to the moment, or to its start.
        let relationMs: Int64?
        let dueAt: String?
        let run: RunJSON?
        let before: String?
        let after: String?
        let facts: [Fact]

        struct Fact: Encodable {
            let source: String
            let at: String?
            let text: String
        }
    }

    /// One object on one line.
    var json: String {
        let verdict = explanation.verdict
        let relation = explanation.slot == nil ? nil : explanation.relation
        return JSONText.line(
            JSON(
                job: explanation.job, at: explanation.moment.description, verdict: verdict.word, reason: verdict.reason,
                sentence: explanation.sentence, slot: explanation.slot?.text, relation: relation?.word,
                relationMs: relation?.distance?.wholeMilliseconds, dueAt: verdict.dueAt?.description, run: verdict.run.map(RunJSON.init),
                before: verdict.neighbours.before?.description, after: verdict.neighbours.after?.description,
                facts: explanation.facts.map { .init(source: $0.source.rawValue, at: $0.at?.description, text: $0.text) }))
    }
}

extension SlotRelation {
    fileprivate var word: String {
        switch self {
        case .exact: "exact"
        case .jitter: "jitter"
        case .gap: "gap"
        case .near: "near"
        }
    }

    fileprivate var distance: Duration? {
        switch self {
        case .exact, .gap: nil
        case .jitter(let distance), .near(let distance): distance
        }
    }
}
