import JobKit

extension JobReport {
    /// The same restore of a point whose chain has lost records of earlier points: the point is whole without them, and `verify` fails.
    func lacking(_ damage: [RecordDamage]) -> JobReport {
        guard let first = damage.first else { return self }
        let records = damage.count == 1 ? "the record of an earlier point" : "records of \(damage.count) earlier points, the first"
        return JobReport("\(summary); its chain has lost \(records): \(first.problem)", outcome: .warning, numbers: numbers)
    }
}
