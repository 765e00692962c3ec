import CronSchedule
import Daemon
import JobKit
import Ledger
import SchedulerCore
import Testing

/// Alerts as a part of the loop's passes: one transaction with what caused them.
@Suite struct AlertLoopTests {
    private static let job = Workspace.job("j", schedule: "* * * * *")

    @Test func theEndOfARunItsAlertAndTheNoticeAreOneTransaction() async throws {
        let bench = try await AlertBench([Self.job])
        try await bench.run(.exited(code: 0))
        #expect(try bench.ledger.alerts().isEmpty)
        try await bench.run(.exited(code: 3))
        let alert = try #require(try bench.ledger.alerts().first)
        #expect(alert.key.text == "j/failure" && alert.state.word == .firing)
        let row = try #require(try bench.ledger.dueNotices(at: bench.clock.now(), limit: 9).first)
        #expect(row.notice.alert == alert.state.incident?.id && row.channel == "ops" && row.notice.host == "box")
        #expect(row.notice.run == bench.engine.started.last?.id)
        #expect(row.notice.summary == "j failed: exit status 3")
    }

    @Test func aLedgerThatTakesNothingTakesBothLaterInTheirOrder() async throws {
        let bench = try await AlertBench([Self.job])
        bench.advance(by: .seconds(30))
        await bench.loop.pass()
        let blocker = try WriteLock(on: bench.space.path + "/" + Ledger.fileName)
        bench.engine.end(bench.engine.started[0], cause: .exited(code: 1))
        for _ in 0..<200 { await Task.yield() }
        await bench.loop.pass()
        let stuck = await bench.loop.isStuck
        #expect(stuck)
        await #expect(throws: DaemonError.self) { try await bench.loop.silence("*", until: bench.clock.now(), by: "x", reason: "y") }
        blocker.release()
        await bench.loop.pass()
        #expect(try bench.ledger.runs(job: "j", limit: 1, states: [.failed]).count == 1)
        #expect(try bench.ledger.alerts().map(\.key.text) == ["j/failure"])
        #expect(try bench.ledger.waitingNotices() == 1)
    }

    @Test func checksOfARunAreKeptAndTheNextDaemonGoesOnWithThem() async throws {
        var job = Self.job
        job.kind = "health"
        job.alerts.results = 2
        let space = try Workspace()
        let bench = try await AlertBench([job], space: space)
        let check: @Sendable (WireEvent.Check.State) -> @Sendable (inout AttemptEnd) -> Void = { state in
            { end in
                var check = WireEvent.Check(name: "disk", state: state)
                check.target = "/"
                check.value = 97
                end.checks = [check]
                end.result = WireEvent.Result(outcome: state == .ok ? .succeeded : .failed, summary: "the disk is \(state.rawValue)")
            }
        }
        try await bench.run(.exited(code: 0), change: check(.critical))
        #expect(try bench.ledger.newestChecks().map(\.level) == [.critical])
        #expect(try bench.ledger.alerts().map(\.state.word) == [.pending], "one result is not enough, and it says why the run failed")
        try bench.ledger.close()
        let second = try await AlertBench([job], space: space, now: bench.clock.now())
        try await second.run(.exited(code: 0), change: check(.critical))
        #expect(try second.ledger.alerts().map(\.state.word) == [.firing], "counters outlive the daemon")
        #expect(try second.ledger.alerts().map(\.revision) == [2])
        try await second.run(.exited(code: 0), change: check(.ok))
        let notices = try second.ledger.notices(limit: 9).map(\.notice)
        #expect(notices.map(\.occasion) == [.firing, .resolved])
        #expect(notices.map(\.value) == [97, 97])
        #expect(try second.ledger.checkResults(of: AlertKey(job: "j", check: "disk", target: "/"), limit: 9).count == 3)
    }

    @Test func theLoopWakesForAReminderAndForNothingElse() async throws {
        let bench = try await AlertBench([Workspace.job("j", schedule: "0 0 1 1 *"), Self.job])
        bench.advance(by: .seconds(0))
        try await bench.run(.exited(code: 1))
        await bench.loop.reload(JobChanges(from: [:], to: [:]))
        let failed = bench.clock.now()
        try await bench.run(.exited(code: 1))
        let book = await bench.loop.alerts.book
        #expect(book.nextAlarm == failed.moved(by: .seconds(4 * 3600)))
        _ = try await bench.loop.acknowledge("j/failure", by: "ann")
        let later = await bench.loop.alerts.book
        #expect(later.nextAlarm == nil)
        #expect(try bench.ledger.alertRecords(limit: 1).map(\.kind) == [.acknowledged])
    }

    @Test func theAlertsOfAJobEndWithItsFile() async throws {
        let bench = try await AlertBench([Self.job])
        try await bench.run(.exited(code: 1))
        let zone = try SystemTimeZone.named("UTC")
        let job = try ScheduledJob(definition: Self.job, zone: zone)
        await bench.loop.reload(JobChanges(from: ["j": job], to: [:]))
        #expect(try bench.ledger.notices(limit: 9).map(\.notice.occasion) == [.firing, .resolved])
        #expect(try bench.ledger.alerts().isEmpty)
    }

    @Test func theAlertsOfAJobEndWhenItIsDisabledAndWhatStillRunsOfItRaisesNone() async throws {
        let bench = try await AlertBench([Self.job])
        try await bench.run(.exited(code: 1))
        bench.advance(by: .seconds(60))
        await bench.loop.pass()
        let run = try #require(bench.engine.started.last)
        let zone = try SystemTimeZone.named("UTC")
        var off = Self.job
        off.enabled = false
        let jobs = try [Self.job, off].map { try ScheduledJob(definition: $0, zone: zone) }
        await bench.loop.reload(JobChanges(from: ["j": jobs[0]], to: ["j": jobs[1]]))
        let notices = try bench.ledger.notices(limit: 9).map(\.notice)
        #expect(notices.map(\.occasion) == [.firing, .resolved])
        #expect(notices.last?.summary == "j/failure is not looked at any more: the job is disabled")
        let done = bench.engine.finished.count
        bench.engine.end(run, cause: .exited(code: 1))
        try await bench.loop.passUntil { [engine = bench.engine] in engine.finished.count > done }
        #expect(try bench.ledger.runs(job: "j", limit: 9, states: [.failed]).count == 2)
        #expect(try bench.ledger.alerts().isEmpty)
    }

    @Test func whichRunsDidNotReportACheckOutlivesTheDaemon() async throws {
        var job = Self.job
        job.kind = "health"
        let space = try Workspace()
        var bench = try await AlertBench([job], space: space)
        let reporting: @Sendable (String) -> @Sendable (inout AttemptEnd) -> Void = { name in
            { end in
                end.checks = [WireEvent.Check(name: name, state: .critical)]
                end.result = WireEvent.Result(outcome: .failed, summary: "\(name) is critical")
            }
        }
        try await bench.run(.exited(code: 0), change: reporting("old"))
        try await bench.run(.exited(code: 0), change: reporting("new"))
        #expect(try bench.ledger.alerts().map(\.missing) == [nil, 1])
        try bench.ledger.close()
        bench = try await AlertBench([job], space: space, now: bench.clock.now())
        try await bench.run(.exited(code: 0), change: reporting("new"))
        #expect(try bench.ledger.alerts().map(\.key.text) == ["j/new"])
        #expect(try bench.ledger.notices(limit: 9).map { "\($0.notice.occasion) \($0.notice.key)" }.last == "resolved j/old")
    }
}
