import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// What passes of the scheduler, operators and channels mean for alerts.
@Suite struct AlertBookTests {
    /// A book with its world; what it wants to be written is kept.
    struct Desk {
        var book: AlertBook
        var now = Instant(milliseconds: 1_800_000_000_000)
        var jobs: [String: JobDefinition] = [:]
        var maintenance: [Maintenance] = []
        var notices: [OutboxRow] = []
        var changes = AlertChanges()
        private var count = 0

        init(_ routing: AlertRouting = Desk.routing) { book = AlertBook(routing: routing, host: "box") }

        static let routing: AlertRouting = {
            var routing = AlertRouting()
            routing.channels = ["ops"]
            return routing
        }()

        var world: AlertSurroundings {
            let jobs = jobs
            return AlertSurroundings(now: now, definition: { jobs[$0] }, maintenance: maintenance)
        }

        mutating func job(_ name: String, _ change: (inout JobDefinition) -> Void = { _ in }) {
            var job = JobDefinition(name: name, kind: "health")
            change(&job)
            jobs[name] = job
            book.know(jobs.values)
        }

        /// A run of a job ended.
        mutating func end(
            _ job: String, _ state: RunState = .succeeded, checks: [WireEvent.Check] = [], hasResult: Bool = true, dryRun: Bool = false,
            took: Duration = .seconds(1), trigger: Run.Trigger = .schedule
        ) {
            // Once it is known which jobs there are, no others are followed.
            if !jobs.isEmpty, jobs[job] == nil { self.job(job) }
            let id = RunID(milliseconds: now.milliseconds)
            var run = Run(id: id, job: job, kind: "health", trigger: trigger, slot: nil, claimedAt: now, dueAt: now, dryRun: dryRun)
            run.state = state
            run.startedAt = now
            now = now.moved(by: took)
            run.endedAt = now
            run.ending = RunEnding(summary: "ended as \(state.rawValue)")
            var actions = SchedulerActions()
            actions.moves = [.init(run: run, from: .running)]
            var end = AttemptEnd(run: id, attempt: 1, cause: .exited(code: 0), endedAt: now)
            end.checks = checks
            if hasResult { end.result = WireEvent.Result(outcome: .succeeded, summary: "") }
            take(book.follow(actions, ends: [end], open: [:], world))
        }

        /// Runs by hand that looked at one target each.
        mutating func check(
            _ states: WireEvent.Check.State..., job: String = "health", target: String = "/", after gap: Duration = .seconds(60)
        ) {
            for state in states {
                now = now.moved(by: gap)
                var check = WireEvent.Check(name: "disk", state: state)
                check.target = target
                check.reason = "used"
                end(job, .warning, checks: [check], trigger: .manual)
            }
        }

        /// A scheduled run that looked at these targets, and failed if one is critical.
        mutating func report(_ states: KeyValuePairs<String, WireEvent.Check.State>, job: String = "health") {
            now = now.moved(by: .seconds(60))
            let checks = states.map { target, state in
                var check = WireEvent.Check(name: "disk", state: state)
                check.target = target
                return check
            }
            let worst = checks.map(\.state)
            end(job, worst.contains(.critical) ? .failed : worst.allSatisfy { $0 == .ok } ? .succeeded : .warning, checks: checks)
        }

        mutating func pass(after gap: Duration = .zero, _ actions: SchedulerActions = SchedulerActions(), open: [Run] = []) {
            now = now.moved(by: gap)
            let open = Dictionary(uniqueKeysWithValues: open.map { ($0.id, $0) })
            take(book.follow(actions, ends: [], open: open, world))
        }

        mutating func take(_ new: AlertChanges) {
            changes = changes.followed(by: new)
            notices += new.notices
        }

        /// `occasion key>channel` of each notice.
        var told: [String] { notices.map { "\($0.notice.occasion.rawValue) \($0.notice.key)>\($0.channel)" } }
        var kinds: [AlertRecord.Kind] { changes.history.map(\.kind) }
    }

    @Test func aJobThatFailsAndRecoversIsToldOnceEach() {
        var desk = Desk()
        desk.job("backup")
        desk.end("backup")
        #expect(desk.changes.isEmpty, "a job that is well costs no row")
        desk.end("backup", .failed)
        desk.end("backup", .timedOut)
        desk.end("backup", .cancelled)
        desk.end("backup", .succeeded)
        #expect(desk.told == ["firing backup/failure>ops", "resolved backup/failure>ops"])
        #expect(desk.notices.map(\.notice.sequence) == [1, 2])
        #expect(desk.notices[0].notice.alert == desk.notices[1].notice.alert)
        #expect(desk.notices[0].notice.endedAt == nil && desk.notices[1].notice.endedAt != nil)
        #expect(desk.notices[0].notice.summary == "backup failed: ended as failed")
        #expect(desk.book.alerts.isEmpty, "nothing is left to be remembered")
        #expect(desk.kinds == [.fired, .told, .resolved, .told])
    }

    @Test func aDryRunIsNobodysFailure() {
        var desk = Desk()
        desk.end("backup", .failed, dryRun: true)
        #expect(desk.changes.isEmpty)
    }

    @Test(
        "notify.on",
        arguments: [
            ([Notices.Occasion.failure], RunState.failed, ["firing"]), ([.failure, .recovery], .failed, ["firing", "resolved"]),
            ([.failure, .recovery], .warning, []), ([.warning, .recovery], .warning, ["firing", "resolved"]), ([.recovery], .failed, []),
        ])
    func occasions(_ on: [Notices.Occasion], _ state: RunState, _ told: [String]) {
        var desk = Desk()
        desk.job("j") { job in
            job.notices.occasions = on
            job.notices.channels = ["mine"]
        }
        desk.end("j", state)
        desk.end("j", .succeeded)
        #expect(desk.told == told.map { "\($0) j/failure>mine" })
    }

    @Test func aRunThatWentWellIsToldWhereTheJobAsksForIt() {
        var desk = Desk()
        desk.job("j") { $0.notices.occasions = [.success] }
        desk.job("other")
        desk.end("j")
        desk.end("other")
        desk.end("j", .failed)
        #expect(desk.told == ["resolved j/success>ops"])
    }

    @Test func aRunWhoseChecksSayWhatIsWrongRaisesNoAlertOfItsOwnUnlessItLacksAResult() {
        var desk = Desk()
        desk.check(.critical)
        #expect(desk.told == ["firing health/disk//>ops"])
        desk.end("health", .failed, checks: [WireEvent.Check(name: "cpu", state: .ok)], hasResult: false)
        #expect(desk.told.last == "firing health/failure>ops")
    }

    @Test func checksHavePatienceBothWays() {
        var desk = Desk()
        desk.job("health") { job in
            job.alerts.duration = .seconds(120)
            job.alerts.results = 2
            job.alerts.clear = .seconds(60)
        }
        desk.check(.warning, .ok, .warning, .warning)
        #expect(desk.told == [])
        desk.check(.warning, .ok, .warning, .ok)
        #expect(desk.told == ["firing health/disk//>ops"])
        desk.check(.ok)
        #expect(desk.told == ["firing health/disk//>ops", "resolved health/disk//>ops"])
        #expect(desk.changes.results.count == 9, "each result is kept")
    }

    @Test func aSilenceHoldsBackAndWhatStillFiresAtItsEndIsTold() throws {
        var desk = Desk()
        let (silence, changes) = try desk.book.silence(
            "health/*", until: desk.now.moved(by: .seconds(3600)), by: "ann", reason: "new disk", desk.world)
        desk.take(changes)
        desk.check(.critical)
        desk.check(.critical, .ok, target: "/var")
        #expect(desk.told == [])
        #expect(desk.book.nextAlarm == silence.until)
        desk.now = silence.until
        desk.pass()
        #expect(desk.told == ["firing health/disk//>ops"], "and the other is over, and was never told")
        #expect(desk.changes.history.first { $0.kind == .fired }?.detail.hasSuffix("(nobody is told: silenced by ann)") == true)
        let (second, more) = try desk.book.silence("*", until: desk.now.moved(by: .seconds(600)), by: "bob", reason: "x", desk.world)
        desk.take(more)
        desk.check(.warning, target: "/home")
        desk.take(try desk.book.unsilence(second.id.rawValue, by: "bob", desk.world).changes)
        #expect(desk.told.last == "firing health/disk//home>ops")
        #expect(throws: AlertBook.Refusal.unknownSilence("*")) { try desk.book.unsilence("*", by: "bob", desk.world) }
    }

    @Test func maintenanceOfTheUnitAndAParentThatFiresHoldBack() {
        var desk = Desk()
        desk.job("health") { $0.alerts.parents = ["gateway/failure"] }
        desk.job("bot") { $0.alerts.unit = "bot.service" }
        desk.maintenance = [Maintenance(unit: "bot.service", until: desk.now.moved(by: .seconds(600)))]
        desk.end("bot", .failed)
        desk.check(.critical, target: "bot.service")
        #expect(desk.told == [])
        desk.maintenance = []
        desk.pass()
        #expect(desk.told == ["firing bot/failure>ops", "firing health/disk/bot.service>ops"])
        desk.end("gateway", .failed)
        desk.check(.critical, target: "/mnt")
        #expect(desk.told.last == "firing gateway/failure>ops")
        desk.end("gateway")
        #expect(desk.told.suffix(2) == ["resolved gateway/failure>ops", "firing health/disk//mnt>ops"])
    }

    @Test func missedSlotsAndClaimsWithoutAStartAreAlerts() {
        var desk = Desk()
        desk.job("backup")
        var actions = SchedulerActions()
        actions.occurrences = [
            Occurrence(
                job: "backup", slot: .instant(desk.now), era: 0, account: .missed(.down), detail: "the daemon did not run",
                decidedAt: desk.now, latenessMilliseconds: 0, spanFirst: desk.now, count: 3)
        ]
        let run = Run(
            id: RunID(milliseconds: 5), job: "backup", kind: "k", trigger: .schedule, slot: .instant(desk.now), claimedAt: desk.now,
            dueAt: desk.now)
        actions.lapses = [
            LapsedClaim(run: run, slot: .instant(desk.now), account: .missed(.deadline), reason: "too old", at: desk.now)
        ]
        desk.pass(actions)
        #expect(desk.told == ["firing backup/missed>ops", "firing backup/never_started>ops"])
        #expect(desk.notices[0].notice.summary == "backup: 3 slots were missed: the daemon did not run")
        var start = SchedulerActions()
        var next = run
        next.state = .starting
        start.moves = [.init(run: next, from: .due)]
        desk.pass(start)
        desk.end("backup")
        #expect(desk.told.suffix(2) == ["resolved backup/never_started>ops", "resolved backup/missed>ops"])
    }

    @Test func runsThatWaitOrGoOnTooLongAreSeenByTheAlarm() throws {
        var desk = Desk()
        desk.job("j") { job in
            job.notices.occasions = [.late, .slow, .recovery]
            job.alerts.slow = .seconds(600)
        }
        var run = Run(
            id: RunID(milliseconds: 5), job: "j", kind: "k", trigger: .schedule, slot: .instant(desk.now), claimedAt: desk.now,
            dueAt: desk.now)
        desk.pass(open: [run])
        #expect(desk.book.nextAlarm == desk.now.moved(by: .seconds(300)))
        desk.now = try #require(desk.book.nextAlarm)
        desk.pass(open: [run])
        #expect(desk.told == ["firing j/late>ops"])
        run.state = .starting
        desk.pass(open: [run])
        #expect(desk.book.nextAlarm == desk.now.moved(by: .seconds(600)), "no other pass may follow its start")
        run.state = .running
        run.startedAt = desk.now
        desk.pass(open: [run])
        #expect(desk.book.nextAlarm == desk.now.moved(by: .seconds(600)))
        desk.now = try #require(desk.book.nextAlarm)
        desk.pass(open: [run])
        desk.pass(after: .seconds(5), open: [run])
        #expect(desk.told.dropFirst() == ["firing j/slow>ops"])
        desk.end("j")
        #expect(desk.told.last == "resolved j/slow>ops")
    }

    @Test func aRunFarFromItsHistoryIsTold() {
        var desk = Desk()
        desk.job("j") { $0.notices.occasions = [.slow, .recovery] }
        for _ in 0..<7 { desk.end("j", took: .seconds(60)) }
        desk.end("j", took: .seconds(600))
        #expect(desk.told == [], "too little is known")
        desk.end("j", took: .seconds(61))
        desk.end("j", took: .seconds(300))
        #expect(desk.told == ["firing j/duration>ops"])
        #expect(desk.notices.last?.notice.summary == "j took 5m; usual is 1m")
        desk.end("j", took: .seconds(59))
        #expect(desk.told.last == "resolved j/duration>ops")
    }

    @Test func alertsOfAJobThatIsGoneAndOfATargetThatIsNotReportedAnyMoreEnd() {
        var desk = Desk()
        desk.check(.critical)
        desk.check(.critical, target: "/mnt")
        for _ in 0..<3 { desk.check(.critical, after: .seconds(20 * 3600)) }
        #expect(desk.told.contains("resolved health/disk//mnt>ops"))
        desk.book.know([])
        desk.pass()
        #expect(desk.told.last == "resolved health/disk//>ops")
        #expect(!desk.book.hasActive)
    }

    @Test(
        "patterns",
        arguments: [
            ("a/b", "a/b", true), ("a/b", "a/bc", false), ("*", "", true), ("a/*", "a/b/c", true), ("a/*", "b/a/", false),
            ("*/c", "a/b/c", true),
            ("a*c*e", "abcde", true), ("a*c*e", "abde", false), ("ab*ba", "aba", false), ("**", "x", true),
        ])
    func patterns(_ pattern: String, _ text: String, _ fits: Bool) {
        #expect(AlertPattern.matches(pattern, text) == fits)
    }
}
