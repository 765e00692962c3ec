import FoundationEssentials
import JobKit

/// What a run knows that matters to whether units are restarted.
struct RemedySight: Sendable {
    var results: [WireEvent.Check]
    /// Units that runs work on; nil when nobody could find out.
    var maintenance: [WireFacts.Maintenance]?
    var now: RestartMoment
}

/// Decides what is to be done about one unit. A function of what was seen and of what is remembered.
struct RemedyDecision {
    /// So many runs in a row a check may be unknown before what was counted of it is dropped.
    static let patience = 10

    let remedy: Remedy
    let sight: RemedySight

    private var words: [(check: CheckReference, word: CheckWord)] { remedy.checks.map { ($0, $0.word(in: sight.results)) } }
    private var isCritical: Bool { words.contains { $0.word == .critical } }

    /// - Parameters:
    ///   - memory: of the unit; restarts of more than an hour ago are not in it any more. The counts are moved on; a restart is written down by whoever makes it.
    ///   - lost: when the memory was lost; nil when it is whole.
    func action(_ memory: inout RemedyMemory, lost: RestartMoment?) -> RemedyAction {
        if let mark = sight.maintenance?.first(where: { Self.isSame($0.unit, remedy.unit) }) {
            // What is seen now is the work on it.
            memory.counts = [:]
            return .hold(.maintenance(run: mark.run, until: mark.until))
        }
        if sight.maintenance == nil, isCritical {
            // It may be the work on it: that neither counts nor ends a count.
            forgetWell(&memory)
            return .hold(.maintenanceUnknown)
        }
        if let parent = downParent, isCritical {
            forgetWell(&memory)
            return .hold(.parent(parent))
        }
        count(&memory)
        guard let cause = cause(memory) else { return unripe(&memory) }
        if let hold = hold(memory, lost: lost) { return .hold(hold) }
        return .restart(cause: cause)
    }

    /// A name without an ending is that of a service.
    private static func isSame(_ mark: String, _ unit: String) -> Bool {
        mark == unit || (!mark.contains(".") && mark + ".service" == unit)
    }

    /// The unit that is down and that this one needs, as far as the job looks at that.
    private var downParent: String? {
        sight.results.lazy.filter { $0.target == remedy.unit }.compactMap { $0.inputs?["suppressed_by"] }.first
    }

    private func forgetWell(_ memory: inout RemedyMemory) {
        for (check, word) in words where word == .well { memory.counts[check.text] = nil }
    }

    private func count(_ memory: inout RemedyMemory) {
        let known = Set(remedy.checks.map(\.text))
        memory.counts = memory.counts.filter { known.contains($0.key) }
        for (check, word) in words {
            var count = memory.counts[check.text]
            switch word {
            case .critical: count = RemedyMemory.Count(critical: min((count?.critical ?? 0) + 1, 1_000_000))
            case .unknown:
                count?.unknown += 1
                if let unknown = count?.unknown, unknown > Self.patience { count = nil }
            case .well: count = nil
            }
            memory.counts[check.text] = count
        }
    }

    /// Why it is to be restarted: the first check that is critical and has been for long enough.
    private func cause(_ memory: RemedyMemory) -> String? {
        for (check, word) in words where word == .critical {
            guard let runs = memory.counts[check.text]?.critical, runs >= remedy.after else { continue }
            return "\(check.title) was critical in \(runs == 1 ? "this run" : "\(runs) runs in a row")"
        }
        return nil
    }

    /// Nothing has been critical for long enough.
    private func unripe(_ memory: inout RemedyMemory) -> RemedyAction {
        let parts = words.compactMap { check, word -> String? in
            guard let count = memory.counts[check.text] else { return nil }
            let runs = "\(count.critical) of \(remedy.after) runs"
            if word == .critical { return "\(check.title) is critical, in \(runs) up to now" }
            return
                "\(check.title) is unknown just now and was critical in \(runs): that stands for \(Self.patience - count.unknown) more such runs"
        }
        guard parts.isEmpty else { return .count(parts.joined(separator: "; ")) }
        if memory.restarts.isEmpty, words.allSatisfy({ $0.word == .well }) { memory.inARow = 0 }
        return .rest
    }

    /// What the restarts before are in the way of.
    private func hold(_ memory: RemedyMemory, lost: RestartMoment?) -> RemedyAction.Hold? {
        if let lost { return .lost(wait: RemedyMemory.hour - lost.age(at: sight.now)) }
        let ages = memory.restarts.map { $0.age(at: sight.now) }
        if ages.count >= remedy.mostPerHour {
            // So many have to be more than an hour old that one more is allowed.
            let free = ages[ages.count - remedy.mostPerHour]
            return .cap(restarts: ages.count, wait: RemedyMemory.hour - free)
        }
        let pause = remedy.pause(after: memory.inARow)
        if let last = ages.last, last < pause { return .backoff(wait: pause - last) }
        return nil
    }
}
