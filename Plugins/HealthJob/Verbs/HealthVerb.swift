import JobKit

/// What `acore-sched health VERB` can do.
enum HealthVerb: String, CaseIterable {
    case explain

    var description: VerbDescription {
        switch self {
        case .explain:
            VerbDescription(
                name: rawValue, summary: "looks now, and shows each number with its inputs and its rule: [CHECK…]; --json", mode: .reading)
        }
    }
}
