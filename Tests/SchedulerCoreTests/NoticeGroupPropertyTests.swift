import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// Random stories through a channel that is told of several alerts in one notice, over failing tries and crashes.
@Suite struct NoticeGroupPropertyTests {
    /// An outbox in memory, with the rules of the ledger.
    private struct Outbox {
        static let wait = Duration.seconds(30)

        var rows: [OutboxRow] = []
        var now = Instant(milliseconds: 1_800_000_000_000)
        /// What the receiver got, each try.
        var got: [(delivery: RunID, numbers: [Int64?])] = []
        /// How long the first of each group waited for its first try.
        var waits: [Duration] = []

        mutating func add(_ notice: AlertNotice) {
            var row = OutboxRow(notice: notice, channel: "ops", createdAt: now, nextAttempt: now.moved(by: Self.wait))
            row.number = Int64(rows.count)
            row.opensAt = now
            rows.append(row)
        }

        private func isHead(_ row: OutboxRow) -> Bool {
            row.state == .waiting
                && !rows.contains {
                    $0.lane == row.lane && ($0.number ?? 0) < (row.number ?? 0) && ($0.state == .waiting || $0.state == .joined)
                }
        }

        /// Tries what is due, until a try fails.
        /// - Parameter answer: nil when the daemon dies before it has written down what came of it.
        mutating func work(_ answer: () -> DeliveryOutcome?) {
            while let due = rows.filter({ isHead($0) && $0.nextAttempt <= now }).min(by: { $0.nextAttempt < $1.nextAttempt }) {
                let group =
                    due.tries == 0
                    ? NoticeGroup(of: due, among: rows.filter { $0.state == .waiting || $0.state == .joined }, at: now)
                    : NoticeGroup(leader: due, members: rows.filter { $0.joined == due.notice.delivery })
                if due.tries == 0 { waits.append(now.since(group.rows[0].createdAt)) }
                begin(group)
                got.append((group.notice.delivery, group.rows.map(\.number)))
                guard let outcome = answer() else { return }
                end(group, outcome)
                if outcome != .delivered { return }
            }
        }

        private mutating func begin(_ group: NoticeGroup) {
            for join in group.joins(at: now) {
                for index in rows.indices where rows[index].notice.delivery == join.delivery {
                    (rows[index].state, rows[index].joined) = (.joined, join.leader)
                }
            }
            for index in rows.indices where rows[index].notice.delivery == group.leader.notice.delivery {
                rows[index].tries += 1
                rows[index].nextAttempt = now.moved(by: .seconds(5))
            }
        }

        private mutating func end(_ group: NoticeGroup, _ outcome: DeliveryOutcome) {
            guard outcome == .delivered else { return }
            let delivery = group.leader.notice.delivery
            for index in rows.indices where rows[index].notice.delivery == delivery || rows[index].joined == delivery {
                rows[index].state = .delivered
            }
        }
    }

    @Test(arguments: 1...60)
    func nothingIsLostDoubledOrOutOfOrder(_ seed: UInt64) throws {
        var dice = SplitMix(state: seed)
        var outbox = Outbox()
        var open: [Int: Int] = [:]
        var alerts = 0
        var id = 0
        for _ in 0..<300 {
            outbox.now = outbox.now.moved(by: .seconds(Int64.random(in: 0...15, using: &dice)))
            id += 1
            if Bool.random(using: &dice) || open.isEmpty {
                alerts += 1
                open[alerts] = 1
                outbox.add(try NoticeGroupTests.notice(.firing, of: alerts))
            } else if let alert = open.keys.sorted().randomElement(using: &dice) {
                let sequence = (open[alert] ?? 0) + 1
                let isEnd = Bool.random(using: &dice) || sequence == 9
                open[alert] = isEnd ? nil : sequence
                outbox.add(try NoticeGroupTests.notice(isEnd ? .resolved : .severity, of: alert, sequence: sequence))
            }
            let luck = Int.random(in: 0..<6, using: &dice)
            outbox.work { luck == 0 ? nil : luck == 1 ? .again(reason: "500", retryAfter: nil) : .delivered }
        }
        for _ in 0..<50 {
            outbox.now = outbox.now.moved(by: .seconds(60))
            outbox.work { .delivered }
        }
        check(outbox)
    }

    private func check(_ outbox: Outbox) {
        #expect(outbox.rows.allSatisfy { $0.state == .delivered })
        // One delivery has the same members each time.
        var members: [RunID: [Int64?]] = [:]
        var order: [RunID] = []
        for (delivery, numbers) in outbox.got {
            if let known = members[delivery] { #expect(known == numbers) } else { order.append(delivery) }
            members[delivery] = numbers
        }
        let told = order.flatMap { members[$0] ?? [] }
        #expect(told.count == outbox.rows.count && Set(told).count == told.count, "each notice in one delivery")
        #expect(order.count < outbox.rows.count, "some went together")
        // Of each alert in its order.
        let lanes = Dictionary(uniqueKeysWithValues: outbox.rows.map { ($0.number, $0.lane) })
        for (lane, numbers) in Dictionary(grouping: told, by: { lanes[$0] ?? "" }) {
            #expect(numbers.compactMap(\.self) == numbers.compactMap(\.self).sorted(), "\(lane)")
        }
    }
}
