import CronSchedule
import Daemon

/// The slots of several jobs, merged in the order of their starts.
struct Agenda {
    private struct Head {
        var slot: UpcomingSlot
        var rest: UpcomingSlots
    }

    /// Each job's next slot; the first to start is the last here.
    private var heads: [Head] = []

    init(_ entries: [JobEntry], now: Instant, from: Instant?) throws(DaemonError) {
        for entry in entries {
            guard var rest = try entry.upcoming(now: now, from: from), let slot = try rest.next() else { continue }
            heads.append(Head(slot: slot, rest: rest))
        }
        heads.sort { Self.isLater($0.slot, than: $1.slot) }
    }

    /// The next `count` slots; fewer when there are no more.
    func next(_ count: Int) throws(DaemonError) -> [UpcomingSlot] {
        var heads = heads
        var slots: [UpcomingSlot] = []
        while slots.count < count, var head = heads.popLast() {
            slots.append(head.slot)
            guard let slot = try head.rest.next() else { continue }
            head.slot = slot
            heads.insert(head, at: Self.place(of: slot, in: heads))
        }
        return slots
    }

    private static func place(of slot: UpcomingSlot, in heads: [Head]) -> Int {
        var range = heads.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = isLater(heads[middle].slot, than: slot) ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    private static func isLater(_ left: UpcomingSlot, than right: UpcomingSlot) -> Bool {
        (left.dueAt, left.job) > (right.dueAt, right.job)
    }
}
