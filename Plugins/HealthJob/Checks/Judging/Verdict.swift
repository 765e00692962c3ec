import JobKit

/// The state of one target while it is looked at. It only ever gets worse: what comes later never hides what was found before.
struct Verdict: Sendable, Hashable {
    private(set) var state = WireEvent.Check.State.ok
    private var reasons: [Reason] = []

    private struct Reason: Sendable, Hashable {
        let state: WireEvent.Check.State
        let text: String
    }

    /// Takes a state that was found, with the reason for it.
    mutating func raise(to found: WireEvent.Check.State, _ reason: String) {
        if found.rank > state.rank { state = found }
        reasons.append(Reason(state: found, text: reason))
    }

    /// All reasons, the worst first; nil when there is none.
    var reason: String? {
        let sorted = reasons.enumerated().sorted {
            ($1.element.state.rank, $0.offset) < ($0.element.state.rank, $1.offset)
        }
        return sorted.isEmpty ? nil : sorted.map { $0.element.text }.joined(separator: "; ").clipped(to: 2000)
    }
}
