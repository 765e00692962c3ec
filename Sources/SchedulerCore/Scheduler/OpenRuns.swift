/// Runs that have not ended, found by id, by job and by state without a search.
struct OpenRuns: Sendable {
    private(set) var byID: [RunID: Run] = [:]
    private var byJob: [String: Set<RunID>] = [:]
    private var byState: [RunState: Set<RunID>] = [:]

    init(_ runs: [Run]) {
        for run in runs where !run.state.isEnded { self[run.id] = run }
    }

    /// The run of that id; setting nil forgets it.
    subscript(id: RunID) -> Run? {
        get { byID[id] }
        set {
            if let old = byID[id] {
                byState[old.state]?.remove(id)
                if newValue == nil { forget(id, of: old.job) }
            }
            byID[id] = newValue
            guard let newValue else { return }
            byState[newValue.state, default: []].insert(id)
            byJob[newValue.job, default: []].insert(id)
        }
    }

    /// The open runs of a job, in no order.
    func of(job: String) -> [Run] { byJob[job, default: []].compactMap { byID[$0] } }

    /// The runs in a state, in no order.
    func inState(_ state: RunState) -> [Run] { byState[state, default: []].compactMap { byID[$0] } }

    func count(in state: RunState) -> Int { byState[state]?.count ?? 0 }

    /// Runs that may have a process, in no order.
    var live: [Run] { RunState.allCases.filter(\.isLive).flatMap(inState) }

    private mutating func forget(_ id: RunID, of job: String) {
        byJob[job]?.remove(id)
        if byJob[job]?.isEmpty == true { byJob[job] = nil }
    }
}
