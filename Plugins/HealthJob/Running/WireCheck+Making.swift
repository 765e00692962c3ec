import JobKit

extension WireEvent.Check {
    /// A result that nothing is known of.
    init(_ name: String, _ target: String? = nil, unknown reason: String, inputs: [String: String] = [:]) {
        self.init(name: name, state: .unknown)
        self.target = target
        self.reason = reason
        self.inputs = inputs
    }

    /// A number, judged by its thresholds.
    init(
        _ name: String, _ target: String? = nil, value: Double, unit: String, by thresholds: Thresholds = Thresholds(),
        inputs: [String: String]
    ) {
        self.init(name: name, state: thresholds.state(of: value))
        self.target = target
        self.value = value
        self.unit = unit
        self.inputs = inputs
        warning = thresholds.warning
        critical = thresholds.critical
    }

    /// A state that has no number.
    init(_ name: String, _ target: String? = nil, is state: State, reason: String? = nil, inputs: [String: String] = [:]) {
        self.init(name: name, state: state)
        self.target = target
        self.reason = reason
        self.inputs = inputs
    }

    /// Makes the state at least as bad; the reason is that of the worse one.
    mutating func worsen(to state: State, reason: String) {
        guard state.rank > self.state.rank else { return }
        self.state = state
        self.reason = reason
    }

    /// What is looked at, for people: `disk_space of /srv`.
    var title: String { target.map { "\(name) of \($0)" } ?? name }
}

extension WireEvent.Check.State {
    /// Worst last.
    var rank: Int {
        switch self {
        case .ok: 0
        case .unknown: 1
        case .warning: 2
        case .critical: 3
        }
    }
}
