import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// Random histories with silences, work on units, quiet hours and channels that cannot be reached: each channel gets a story that makes sense.
@Suite struct AlertSendingPropertyTests {
    /// Alerts with their outbox, under the rules of the ledger.
    private struct Office {
        var desk: AlertBookTests.Desk
        private(set) var rows: [OutboxRow] = []

        init(_ routing: AlertRouting) {
            desk = AlertBookTests.Desk(routing)
            desk.job("health")
        }

        /// Writes what the alerts asked for.
        mutating func write() {
            let changes = desk.changes
            desk.changes = AlertChanges()
            for mark in changes.deliveries { apply(mark) }
            for join in changes.joins { change(join.delivery) { ($0.state, $0.joined) = (.joined, join.leader) } }
            for var row in changes.notices {
                row.number = Int64(rows.count + 1)
                rows.append(row)
            }
            for lane in changes.released {
                for index in rows.indices where rows[index].channel == lane.channel && rows[index].lane == lane.lane {
                    guard rows[index].state == .waiting, rows[index].tries == 0 else { continue }
                    rows[index].nextAttempt = min(rows[index].nextAttempt, lane.until)
                }
            }
        }

        private mutating func change(_ delivery: RunID, _ body: (inout OutboxRow) -> Void) {
            for index in rows.indices where rows[index].notice.delivery == delivery { body(&rows[index]) }
        }

        private mutating func apply(_ mark: DeliveryMark) {
            let row = rows.first { $0.notice.delivery == mark.delivery }
            #expect(row?.state == .waiting && row?.tries == mark.tries, "\(mark) is of a row that is not so")
            change(mark.delivery) { ($0.state, $0.tries, $0.nextAttempt) = (mark.state, mark.triesNow, mark.nextAttempt) }
            guard mark.state != .waiting else { return }
            for index in rows.indices where rows[index].joined == mark.delivery { rows[index].state = mark.state }
        }

        private func isHead(_ row: OutboxRow) -> Bool {
            row.state == .waiting && !rows.contains { $0.isOpen && $0.channel == row.channel && $0.lane == row.lane && $0.isBefore(row) }
        }

        /// Tries what is due.
        mutating func work(_ answer: () -> DeliveryOutcome) {
            var looks = 0
            while let due = rows.first(where: { isHead($0) && $0.nextAttempt <= desk.now }) {
                looks += 1
                guard looks < 1000 else {
                    Issue.record("\(due) is due for ever")
                    return
                }
                guard let group = begin(due) else { continue }
                desk.take(desk.book.settle(group, after: answer(), dice: 0.5, desk.world))
                write()
            }
        }

        private mutating func begin(_ row: OutboxRow) -> NoticeGroup? {
            guard row.tries == 0 else {
                var group = NoticeGroup(leader: row, members: rows.filter { $0.joined == row.notice.delivery && $0.state == .joined })
                let mark = DeliveryPolicy.attempt(row, now: desk.now, dice: 0.5)
                apply(mark)
                group.leader.tries = mark.triesNow
                return group
            }
            let around = rows.filter { $0.isOpen && $0.channel == row.channel && (row.opensAt != nil || $0.lane == row.lane) }
            let begun = desk.book.begin(row, among: around, dice: 0.5, desk.world)
            desk.take(begun.changes)
            write()
            return begun.group
        }
    }

    @Test(arguments: 1...60)
    func whoIsToldOfABeginningIsToldOfItsEndAndNobodyElse(_ seed: UInt64) throws {
        var dice = SplitMix(state: seed)
        var office = Office(Self.routing(&dice))
        for _ in 0..<300 {
            try step(&office.desk, &dice)
            office.write()
            let luck = Int.random(in: 0..<4, using: &dice)
            if luck > 0 { office.work { luck == 1 ? .again(reason: "500", retryAfter: nil) : .delivered } }
        }
        try endWhatHoldsBack(&office)
        for alert in office.desk.book.firing {
            let id = try #require(alert.state.incident?.id)
            #expect(office.rows.contains { $0.notice.alert == id && $0.state == .delivered }, "nobody was told of \(alert.key)")
        }
        for _ in 0..<30 { for target in Self.targets { office.desk.check(.ok, target: target) } }
        office.desk.end("backup")
        try endWhatHoldsBack(&office)
        check(office)
    }

    private static let targets = ["a", "b", "unit"]

    private static func routing(_ dice: inout SplitMix) -> AlertRouting {
        var routing = AlertRouting()
        routing.channels = ["ops", "log"]
        routing.criticalChannels = ["ops", "pager"]
        routing.receivers = ["ops": AlertReceiver(escalation: .init(channel: "boss", after: .seconds(900)))]
        for name in ["log", "pager", "boss"] { routing.receivers[name] = AlertReceiver() }
        if Bool.random(using: &dice) { routing.receivers["ops"]?.quietHours = QuietHours(from: 22 * 60, to: 7 * 60) }
        routing.folded = Bool.random(using: &dice) ? ["ops", "boss"] : []
        return routing
    }

    private func step(_ desk: inout AlertBookTests.Desk, _ dice: inout SplitMix) throws {
        let states: [WireEvent.Check.State] = [.ok, .ok, .warning, .critical]
        let gap = Duration.seconds(Int64.random(in: 1...60, using: &dice))
        switch Int.random(in: 0..<20, using: &dice) {
        case 0..<10:
            let target = Self.targets.randomElement(using: &dice) ?? "a"
            desk.check(states.randomElement(using: &dice) ?? .ok, target: target, after: gap)
        case 10, 11: desk.end("backup", Bool.random(using: &dice) ? .failed : .succeeded)
        case 12, 13: desk.pass(after: gap * Int.random(in: 1...300, using: &dice))
        case 14:
            if let alert = desk.book.firing.first { desk.take(try desk.book.acknowledge(alert.key.text, by: "ann", desk.world).changes) }
        case 15, 16:
            let end = desk.now.moved(by: gap * 20)
            desk.take(try desk.book.silence("health/*", until: end, by: "ann", reason: "r", desk.world).changes)
        case 17:
            if let silence = desk.book.silences.values.first(where: { $0.isActive(at: desk.now) }) {
                desk.take(try desk.book.unsilence(silence.id.rawValue, by: "ann", desk.world).changes)
            }
        case 18: desk.maintenance = desk.maintenance.isEmpty ? [Maintenance(unit: "unit", until: desk.now.moved(by: .seconds(600)))] : []
        default:
            // A job says who is told of it.
            let names = [[], ["log"], ["ops", "boss"]].randomElement(using: &dice) ?? []
            desk.job("health") { $0.notices.channels = names }
            desk.pass(after: gap)
        }
    }

    /// Nothing is silent, and all channels are there, by noon of the day after.
    private func endWhatHoldsBack(_ office: inout Office) throws {
        for silence in office.desk.book.silences.values where silence.isActive(at: office.desk.now) {
            office.desk.take(try office.desk.book.unsilence(silence.id.rawValue, by: "x", office.desk.world).changes)
        }
        office.desk.maintenance = []
        let day: Int64 = 86_400_000
        office.desk.now = Instant(milliseconds: (office.desk.now.milliseconds / day + 1) * day + day / 2)
        for _ in 0..<4 {
            office.desk.pass(after: .seconds(60))
            office.write()
            office.work { .delivered }
        }
    }

    private func check(_ office: Office) {
        #expect(office.rows.allSatisfy { $0.state == .delivered || $0.state == .withdrawn })
        for (story, rows) in Dictionary(grouping: office.rows, by: { "\($0.channel) \($0.notice.alert)" }) {
            let told = rows.filter { $0.state == .delivered }.map(\.notice.occasion)
            guard let first = told.first else { continue }
            #expect([.firing, .severity, .escalation].contains(first), "\(story) begins with \(told)")
            #expect(told.filter { $0 == .resolved }.count == 1 && told.last == .resolved, "\(story) ends with \(told)")
            #expect(told.filter { $0 == .firing }.count <= 1, "\(story) begins twice: \(told)")
            let numbers = rows.map(\.notice.sequence)
            #expect(numbers == numbers.sorted())
        }
    }
}

extension OutboxRow {
    fileprivate var isOpen: Bool { state == .waiting || state == .joined }

    fileprivate func isBefore(_ other: OutboxRow) -> Bool { (number ?? 0) < (other.number ?? 0) }
}
