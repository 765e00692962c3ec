import FoundationEssentials

/// What the rules look at of a point.
struct RetentionPoint: Hashable {
    /// Its id.
    let point: String
    /// The id of its chain.
    let chain: String
    /// Its place in the chain, from 0.
    let sequence: Int
    /// Its place in the set, whatever the clock said.
    let counter: Int
    let started: Date
    /// Whether nothing of it is missing or doubtful.
    let isGood: Bool
    /// Why it is pinned; nil when it is not.
    var pin: String?
    /// Why its chain is left alone: a record in it is damaged or missing, so nobody can tell what needs what.
    var fault: String?
}

extension RetentionPoint {
    init(_ record: PointRecord, pin: String?, fault: String?) {
        self.init(
            point: record.point, chain: record.chain, sequence: record.sequence, counter: record.counter, started: record.started,
            isGood: record.outcome == PointRecord.goodOutcome, pin: pin, fault: fault)
    }
}
