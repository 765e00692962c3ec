import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// Every event in every state of an alert, and the steps that need several.
@Suite struct AlertStateTests {
    static let id = RunID(milliseconds: 1)
    static let start = Instant(milliseconds: 1_000_000)

    private static func moment(
        after seconds: Int64 = 60, rule: AlertRule = slow, suppressed: Bool = false, flapping: Bool = false
    ) -> AlertMoment {
        var moment = AlertMoment(at: start.moved(by: .seconds(seconds)), rule: rule, newID: id)
        moment.isSuppressed = suppressed
        moment.isFlapping = flapping
        return moment
    }

    /// Two results a minute apart, both ways.
    private static let slow: AlertRule = {
        var rule = AlertRule()
        rule.warning = Patience(duration: .seconds(60), results: 2)
        rule.critical = Patience(duration: .seconds(60), results: 2)
        rule.unknown = Patience(duration: .seconds(60), results: 2)
        rule.clear = Patience(duration: .seconds(60), results: 2)
        rule.channels = ["mail"]
        rule.criticalChannels = ["mail", "pager"]
        return rule
    }()

    private static let pending = AlertState.ok.after(.result(.warning), moment(after: 0)).state
    private static let firing = pending.after(.result(.warning), moment()).state
    private static let clearing = firing.after(.result(.ok), moment(after: 120)).state

    struct Row: CustomTestStringConvertible {
        let name: String
        let state: AlertState
        let event: AlertState.Event
        let word: AlertState.Word
        var told: AlertNotice.Occasion?
        var seconds: Int64 = 180

        init(
            _ name: String, _ state: AlertState, _ event: AlertState.Event, _ word: AlertState.Word, _ told: AlertNotice.Occasion? = nil,
            at seconds: Int64 = 180
        ) {
            (self.name, self.state, self.event, self.word, self.told, self.seconds) = (name, state, event, word, told, seconds)
        }

        var testDescription: String { "\(name), \(event)" }
    }

    private static let seen = AlertState.Event.acknowledged(by: "ann")
    private static let heard = AlertState.Event.heard(by: "fax")
    private static let withdrawn = AlertState.Event.withdrawn(from: "mail", isBeginning: true)

    @Test(
        "each event in each state",
        arguments: [
            Row("ok", .ok, .result(.ok), .ok), Row("ok", .ok, .result(.unknown), .pending), Row("ok", .ok, .result(.warning), .pending),
            Row("ok", .ok, .result(.critical), .pending), Row("ok", .ok, .gone, .ok), Row("ok", .ok, .tick, .ok), Row("ok", .ok, seen, .ok),
            Row("pending", pending, .result(.ok), .ok), Row("pending", pending, .result(.unknown), .pending),
            Row("pending", pending, .result(.warning), .firing, .firing), Row("pending", pending, .result(.warning), .pending, at: 59),
            Row("pending", pending, .result(.critical), .firing, .firing), Row("pending", pending, .gone, .ok),
            Row("pending", pending, .tick, .pending), Row("pending", pending, seen, .pending),
            Row("firing", firing, .result(.ok), .clearing), Row("firing", firing, .result(.unknown), .firing),
            Row("firing", firing, .result(.warning), .firing), Row("firing", firing, .result(.critical), .firing),
            Row("firing", firing, .gone, .ok, .resolved), Row("firing", firing, .tick, .firing), Row("firing", firing, seen, .firing),
            Row("firing", firing, .tick, .firing, .reminder, at: 60 + 4 * 3600), Row("firing", firing, .tick, .firing, at: 59 + 4 * 3600),
            Row("clearing", clearing, .result(.ok), .ok, .resolved), Row("clearing", clearing, .result(.ok), .clearing, at: 179),
            Row("clearing", clearing, .result(.unknown), .firing), Row("clearing", clearing, .result(.warning), .firing),
            Row("clearing", clearing, .result(.critical), .firing), Row("clearing", clearing, .gone, .ok, .resolved),
            Row("clearing", clearing, .tick, .clearing, at: 60 + 5 * 3600), Row("clearing", clearing, seen, .clearing),
            Row("ok", .ok, heard, .ok), Row("pending", pending, heard, .pending), Row("firing", firing, heard, .firing),
            Row("clearing", clearing, heard, .clearing),
            Row("ok", .ok, withdrawn, .ok), Row("pending", pending, withdrawn, .pending), Row("firing", firing, withdrawn, .firing),
            Row("clearing", clearing, withdrawn, .clearing),
        ])
    func table(_ row: Row) {
        let step = row.state.after(row.event, Self.moment(after: row.seconds))
        #expect(step.state.word == row.word)
        #expect(step.told?.occasion == row.told)
    }

    @Test func theTableHoldsEveryPair() {
        let states: [AlertState] = [.ok, Self.pending, Self.firing, Self.clearing]
        #expect(states.map(\.word) == AlertState.Word.allCases)
        let events: [AlertState.Event] = AlertLevel.allCases.map { .result($0) } + [.gone, .tick, Self.seen, Self.heard]
        // A state that is left keeps nothing of the incident; one that stays keeps its id.
        for state in states {
            for event in events {
                let after = state.after(event, Self.moment(after: 100))
                if let before = state.incident, let now = after.state.incident { #expect(before.id == now.id) }
                if after.told?.occasion == .resolved { #expect(after.state == .ok) }
                if after.told?.occasion == .firing { #expect(state.incident == nil) }
            }
        }
    }

    @Test func anAlertGetsWorseAfterThePatienceForThatAndBetterAfterTheClearTime() throws {
        var state = Self.firing
        var told: [AlertNotice.Occasion?] = []
        for (level, seconds) in [(AlertLevel.critical, 120), (.critical, 180), (.warning, 240), (.warning, 300)] as [(AlertLevel, Int64)] {
            let step = state.after(.result(level), Self.moment(after: seconds))
            state = step.state
            told.append(step.told?.occasion)
            if seconds == 180 { #expect(step.told?.incident.channels == ["mail", "pager"]) }
        }
        #expect(told == [nil, .severity, nil, .severity])
        #expect(state.incident?.level == .warning)
        let end = state.after(.gone, Self.moment(after: 400))
        #expect(end.told?.incident.channels == ["mail", "pager"], "all who heard of it hear of its end")
    }

    @Test func whatIsSuppressedIsToldAfterwardsIfItStillFires() {
        let held = Self.pending.after(.result(.critical), Self.moment(suppressed: true))
        #expect(held.state.word == .firing)
        #expect(held.told == nil)
        #expect(held.state.after(.tick, Self.moment(after: 90, suppressed: true)).told == nil)
        #expect(held.state.after(.tick, Self.moment(after: 90)).told?.occasion == .firing)
        let over = held.state.after(.gone, Self.moment(after: 90))
        #expect(over.told == nil, "nobody was told of it")
        #expect(Self.firing.after(.gone, Self.moment(after: 90, suppressed: true)).told?.occasion == .resolved)
    }

    @Test func whoeverHasSeenItIsNotReminded() {
        var rule = Self.slow
        rule.receivers = ["mail": AlertReceiver(escalation: .init(channel: "boss"))]
        let escalated = Self.firing.after(.tick, Self.moment(after: 60 + 1800, rule: rule))
        #expect(escalated.told?.occasion == .escalation)
        #expect(escalated.told?.receivers == ["boss"])
        #expect(escalated.told?.incident.channels == ["mail", "boss"])
        #expect(escalated.state.after(.tick, Self.moment(after: 4000, rule: rule)).told == nil, "once")
        let seen = Self.firing.after(.acknowledged(by: "ann"), Self.moment(after: 90, rule: rule)).state
        for seconds in [60 + 1800, 60 + 5 * 3600] as [Int64] {
            #expect(seen.after(.tick, Self.moment(after: seconds, rule: rule)).told == nil)
        }
        #expect(seen.after(.gone, Self.moment(after: 99)).told?.incident.acknowledged?.by == "ann")
    }

    @Test func unknownStandsApart() {
        let once = AlertState.ok.after(.result(.unknown), Self.moment(after: 0)).state
        let fired = once.after(.result(.unknown), Self.moment())
        #expect(fired.told?.incident.level == .unknown)
        // It neither confirms nor clears what is bad.
        let mixed = Self.pending.after(.result(.unknown), Self.moment(after: 30)).state
        #expect(mixed.after(.result(.warning), Self.moment()).told?.occasion == .firing)
        let kept = Self.firing.after(.result(.unknown), Self.moment(after: 300)).state
        #expect(kept.incident?.level == .warning)
    }

    @Test func aFlappingKeyIsOneAlertUntilThatIsOver() {
        let flapping = Self.moment(after: 30, flapping: true)
        let fired = AlertState.ok.after(.result(.warning), flapping)
        #expect(fired.told?.occasion == .firing)
        var state = fired.state
        for seconds in stride(from: 60, to: 900, by: 60) as StrideTo<Int64> {
            let step = state.after(.result(seconds % 120 == 0 ? .ok : .critical), Self.moment(after: seconds, flapping: true))
            #expect(step.told == nil || step.told?.occasion == .severity)
            state = step.state
        }
        #expect(state.incident != nil)
        #expect(state.word == .clearing)
        #expect(state.after(.result(.ok), Self.moment(after: 1000)).told?.occasion == .resolved)
    }

    @Test(
        "share of changes",
        arguments: [
            ("ooooooooooooooooooooo", 0.0, false), ("owowowowowowowowowowo", 1.0, true), ("ooooooooooooooowowowo", 0.34, true),
            ("ooooooooooooooooooowo", 0.12, false),
        ])
    func flapping(_ letters: String, _ share: Double, _ isFlapping: Bool) {
        var alert = Alert(key: AlertKey(job: "j", .failure), last: AlertFinding(.ok, at: Self.start, summary: ""))
        for letter in letters { alert.flaps.count(letter == "o" ? .ok : .warning) }
        #expect(abs(alert.flaps.share - share) < 0.01, "\(alert.flaps.share)")
        #expect(alert.flaps.isFlapping == isFlapping)
    }

    @Test func flappingEndsBelowALowerShareThanItBegins() {
        var meter = FlapMeter()
        for letter in "oooooooooooooowowowow" { meter.count(letter == "o" ? .ok : .warning) }
        #expect(meter.isFlapping)
        var shares: [Double] = []
        while meter.isFlapping {
            shares.append(meter.share)
            meter.count(.ok)
        }
        #expect(meter.share < FlapMeter.stop)
        #expect(shares.contains { $0 < FlapMeter.start }, "between the two it goes on")
    }
}
