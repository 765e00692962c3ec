import FoundationEssentials

/// Decides whether a run adds an increment to the newest chain of its set, or begins a new chain.
struct ChainRule {
    /// The most points of a chain.
    let maximumPoints: Int
    /// Increments of a chain together may have this share of the full point's size, in percent.
    static let maximumShare: Int64 = 50
    /// Below this many bytes that does not count: little is read for a restore anyway.
    static let smallSize: Int64 = 16 << 20

    /// What a run makes.
    enum Decision: Hashable {
        /// A new chain; the reason is given where an increment was asked for.
        case full(reason: String?)
        /// A new chain only because the newest one is as long or as large as it may be.
        case renewal(reason: String)
        /// The next point of the chain that ends with this one.
        case increment(on: PointRecord)
    }

    /// - Parameters:
    ///   - points: of the set's data, committed, in any order.
    ///   - options: the digest of what decides what is stored, now.
    ///   - encryption: for whom it is encrypted, now.
    func decide(
        _ type: BackupSettings.PointType, points: [PointRecord], options: String, encryption: PointRecord.Encryption?, now: Date
    ) -> Decision {
        guard type == .incremental else { return .full(reason: nil) }
        guard let newest = points.max(by: { $0.counter < $1.counter }) else { return .full(reason: "the set has no point yet") }
        let chain = points.filter { $0.chain == newest.chain }.sorted { $0.sequence < $1.sequence }
        if newest.options != options { return .full(reason: "sources or options have changed since the newest point") }
        if let reason = Self.change(from: newest.encryption, to: encryption) { return .full(reason: reason) }
        if chain.map(\.sequence) != Array(0..<chain.count) { return .full(reason: "a point is missing in the newest chain") }
        if newest.started > now { return .full(reason: "the clock stands before the newest point") }
        if chain.count >= maximumPoints { return .renewal(reason: "the newest chain has \(chain.count) points") }
        let full = chain.first?.archive?.size ?? 0
        let increments = chain.dropFirst().compactMap(\.archive?.size).reduce(0, +)
        if increments > Self.smallSize, increments * 100 > full * Self.maximumShare {
            return .renewal(reason: "the increments of the newest chain have more than \(Self.maximumShare) % of its full point's size")
        }
        return .increment(on: newest)
    }

    /// All points of a chain are for the same keys.
    private static func change(from old: PointRecord.Encryption?, to new: PointRecord.Encryption?) -> String? {
        switch (old, new) {
        case (nil, nil): nil
        case (let old?, let new?): old.hasSameKeys(as: new) ? nil : "the recipients have changed since the newest point"
        case (nil, .some): "the newest point is not encrypted"
        case (.some, nil): "the newest point is encrypted"
        }
    }
}
