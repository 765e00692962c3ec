/// A point's record with what lies beside it.
struct ListedPoint: Encodable {
    let record: PointRecord
    /// Nil when no rule is kept from removing it.
    let pin: Pin?

    private enum Key: CodingKey {
        case pin
    }

    func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(pin, forKey: .pin)
    }
}
