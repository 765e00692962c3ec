import FoundationEssentials

/// The rules of a job applied to the points of a group.
struct Retention {
    let rules: RetentionRules?
    let now: Date
    /// Somebody has looked, and the breaker does not count.
    var isForced = false

    /// Decides, and changes nothing.
    func plan(for group: StoreFolder, in repository: Repository) throws(BackupError) -> RetentionPlan {
        let (points, damage) = try repository.trustedRecords(in: group)
        let faults = Self.faults(points.map(\.record), damage)
        var known: [RetentionPoint] = []
        for (chain, record) in points {
            let folder = try group.folder(chain)
            let pin = try Pin.read(PointFiles(sequence: record.sequence).pin, in: folder)
            known.append(RetentionPoint(record, pin: pin?.reason, fault: faults[chain]))
        }
        return RetentionPlan(known, rules: rules, now: now, isForced: isForced)
    }

    /// What is wrong with a chain, by its folder's name.
    private static func faults(
        _ points: [PointRecord], _ damage: [RecordDamage]
    ) -> [String: String] {
        var faults: [String: String] = [:]
        for (chain, members) in Dictionary(grouping: points, by: \.chain) {
            let sequences = members.map(\.sequence).sorted()
            if sequences != Array(0..<sequences.count) { faults["c-\(chain)"] = "a point of its chain is missing" }
        }
        for damage in damage { faults[damage.chain] = faults[damage.chain] ?? "a record of its chain is damaged" }
        return faults
    }
}
