/// The periods of a zone in the order of time, neighbours with equal offsets merged.
///
/// A class, so that a zone fits into an existential without an allocation at each call.
final class ZoneTable: Sendable {
    /// First second of each period; the first is ``ZonePeriod/distantPast``.
    private let starts: [Int64]
    /// Seconds east of UTC of each period; as many as `starts`.
    private let offsets: [Int32]
    /// For each slice of 2²⁴ seconds from `indexOrigin`: the period in force at its beginning.
    private let index: [UInt16]

    private static let indexOrigin: Int64 = -2_208_988_800
    private static let sliceBits: Int64 = 24
    private static let slices = 580

    /// - Parameters:
    ///   - initial: the offset before the first change.
    ///   - changes: moments in seconds and the offset from then on, in ascending order.
    init(initial: Int, changes: [(at: Int64, offset: Int)]) {
        var starts = [ZonePeriod.distantPast]
        var offsets = [Int32(initial)]
        for change in changes {
            while let last = starts.last, last >= change.at, starts.count > 1 {
                starts.removeLast()
                offsets.removeLast()
            }
            guard offsets.last != Int32(change.offset) else { continue }
            starts.append(change.at)
            offsets.append(Int32(change.offset))
        }
        self.starts = starts
        self.offsets = offsets
        var place = 0
        index =
            starts.count < 2
            ? []
            : (0..<ZoneTable.slices).map { slice in
                let second = ZoneTable.indexOrigin + Int64(slice) << ZoneTable.sliceBits
                while place + 1 < starts.count, starts[place + 1] <= second { place += 1 }
                return UInt16(place)
            }
    }

    func period(containing seconds: Int64) -> ZonePeriod {
        if starts.count == 1 { return ZonePeriod(start: ZonePeriod.distantPast, end: ZonePeriod.distantFuture, offset: Int(offsets[0])) }
        let slice = (max(seconds, ZoneTable.indexOrigin) &- ZoneTable.indexOrigin) &>> ZoneTable.sliceBits
        var place = seconds < ZoneTable.indexOrigin ? 0 : Int(index[Int(min(slice, Int64(ZoneTable.slices - 1)))])
        while place + 1 < starts.count, starts[place + 1] <= seconds { place += 1 }
        let end = place + 1 < starts.count ? starts[place + 1] : ZonePeriod.distantFuture
        return ZonePeriod(start: starts[place], end: end, offset: Int(offsets[place]))
    }
}

extension ZoneTable: Hashable {
    static func == (left: ZoneTable, right: ZoneTable) -> Bool {
        left === right || left.starts == right.starts && left.offsets == right.offsets
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(starts)
        hasher.combine(offsets)
    }
}
