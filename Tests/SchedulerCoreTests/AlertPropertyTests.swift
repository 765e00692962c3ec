import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// Random histories: whatever happens in whatever order, receivers get a story that makes sense.
@Suite struct AlertPropertyTests {
    @Test(arguments: 1...60)
    func everyStoryHasOneBeginningAndOneEnd(_ seed: UInt64) throws {
        var dice = SplitMix(state: seed)
        var routing = AlertBookTests.Desk.routing
        if Bool.random(using: &dice) {
            routing.receivers = ["ops": AlertReceiver(escalation: .init(channel: "boss", after: .seconds(900))), "boss": AlertReceiver()]
        }
        routing.standard.duration = Bool.random(using: &dice) ? .seconds(120) : nil
        routing.standard.clearResults = Bool.random(using: &dice) ? 3 : nil
        var desk = AlertBookTests.Desk(routing)
        desk.job("health")
        for _ in 0..<400 {
            try step(&desk, &dice)
            check(desk)
        }
        // In the end all is well for long: every alert that was told is told to be over.
        for silence in desk.book.silences.values where silence.isActive(at: desk.now) {
            desk.take(try desk.book.unsilence(silence.id.rawValue, by: "x", desk.world).changes)
        }
        desk.maintenance = []
        for _ in 0..<40 { for target in Self.targets { desk.check(.ok, target: target) } }
        desk.end("backup")
        check(desk)
        #expect(!desk.book.hasActive)
        for (alert, story) in stories(of: desk.notices) { #expect(story.last == .resolved, "\(alert): \(story)") }
    }

    private static let targets = ["a", "b", "unit"]

    private func step(_ desk: inout AlertBookTests.Desk, _ dice: inout SplitMix) throws {
        let states: [WireEvent.Check.State] = [.ok, .ok, .warning, .critical, .unknown]
        switch Int.random(in: 0..<20, using: &dice) {
        case 0..<10: desk.check(states.randomElement(using: &dice) ?? .ok, target: Self.targets.randomElement(using: &dice) ?? "a")
        case 10: desk.job("backup")
        case 11: desk.end("backup", Bool.random(using: &dice) ? .failed : .succeeded)
        case 12, 13: desk.pass(after: .seconds(Int64.random(in: 1...20_000, using: &dice)))
        case 14: if let alarm = desk.book.nextAlarm { desk.pass(after: alarm.since(desk.now)) }
        case 15:
            if let alert = desk.book.firing.first { desk.take(try desk.book.acknowledge(alert.key.text, by: "ann", desk.world).changes) }
        case 16:
            let end = desk.now.moved(by: .seconds(Int64.random(in: 1...5000, using: &dice)))
            desk.take(try desk.book.silence("health/*", until: end, by: "ann", reason: "r", desk.world).changes)
        case 17:
            if let silence = desk.book.silences.values.first(where: { $0.isActive(at: desk.now) }) {
                desk.take(try desk.book.unsilence(silence.id.rawValue, by: "ann", desk.world).changes)
            }
        case 18:
            let until = desk.now.moved(by: .seconds(600))
            desk.maintenance = desk.maintenance.isEmpty ? [Maintenance(unit: "unit", until: until)] : []
        default:
            if Bool.random(using: &dice) { desk.jobs["backup"] = nil } else { desk.jobs["backup"]?.enabled = false }
            desk.book.know(desk.jobs.values)
            desk.pass()
        }
    }

    /// The occasions of each alert, a notice counted once for all its channels.
    private func stories(of notices: [OutboxRow]) -> [RunID: [AlertNotice.Occasion]] {
        var stories: [RunID: [AlertNotice.Occasion]] = [:]
        var seen: Set<String> = []
        for row in notices where seen.insert("\(row.notice.alert) \(row.notice.sequence)").inserted {
            stories[row.notice.alert, default: []].append(row.notice.occasion)
        }
        return stories
    }

    private func check(_ desk: AlertBookTests.Desk) {
        for (alert, story) in stories(of: desk.notices) {
            #expect(story.first == .firing, "\(alert) begins with \(story)")
            #expect(story.filter { $0 == .firing }.count == 1, "\(alert) fired more than once: \(story)")
            if let end = story.firstIndex(of: .resolved) { #expect(end == story.count - 1, "\(alert) goes on after its end: \(story)") }
            let numbers = desk.notices.filter { $0.notice.alert == alert }.map(\.notice.sequence)
            #expect(numbers == numbers.sorted())
        }
        let open = desk.book.firing.compactMap(\.state.incident?.id)
        #expect(Set(open).count == open.count)
        // An alert of which people know fires still, or they were told that it does not.
        for (alert, story) in stories(of: desk.notices) where story.last != .resolved {
            #expect(open.contains(alert), "the end of \(alert) is lost")
        }
        if let alarm = desk.book.nextAlarm { #expect(alarm > desk.now) }
    }
}
