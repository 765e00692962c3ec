import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// When nobody looks at a key any more, and which keys are followed at all.
@Suite struct AlertEndTests {
    private typealias Desk = AlertBookTests.Desk

    @Test func theAlertsOfAJobThatIsDisabledEndAndItRaisesNoMore() {
        var desk = Desk()
        desk.job("backup") { $0.alerts.unit = "disk.mount" }
        desk.job("other")
        desk.end("backup", .failed)
        desk.end("other", .failed)
        desk.job("backup") { $0.enabled = false }
        desk.pass()
        #expect(desk.told.dropFirst(2) == ["resolved backup/failure>ops"])
        #expect(desk.notices.last?.notice.summary == "backup/failure is not looked at any more: the job is disabled")
        // Of a run that went on, too.
        desk.end("backup", .failed)
        desk.end("backup", .failed, trigger: .manual)
        #expect(desk.told.count == 3)
        #expect(desk.book.alerts.keys.map(\.text) == ["other/failure"])
        desk.job("backup")
        desk.end("backup", .failed)
        #expect(desk.told.last == "firing backup/failure>ops")
    }

    @Test func whatIsPendingOfAJobThatIsDisabledIsForgotten() {
        var desk = Desk()
        desk.job("health") { $0.alerts.results = 2 }
        desk.report(["/": .critical])
        #expect(desk.book.alerts.count == 1)
        desk.job("health") { $0.enabled = false }
        desk.pass()
        #expect(desk.book.alerts.isEmpty && desk.told == [])
    }

    @Test func theAlertsOfAJobWithoutAFileEndAlsoWhereNoTimetableTells() {
        var desk = Desk()
        desk.job("other")
        desk.end("backup", .failed)
        desk.jobs["backup"] = nil
        desk.book.know(desk.jobs.values)
        desk.pass()
        #expect(desk.told == ["firing backup/failure>ops", "resolved backup/failure>ops"])
        #expect(
            desk.notices.last?.notice.summary == "backup/failure is not looked at any more: no job file in force has the name backup")
    }

    @Test func aCheckThatTwoRunsInARowDoNotReportIsOver() {
        var desk = Desk()
        desk.job("health")
        desk.report(["/": .critical, "/mnt": .critical])
        desk.report(["/": .critical])
        desk.report(["/": .critical, "/mnt": .critical])
        desk.report(["/": .critical])
        #expect(desk.told.count == 2, "one run that does not come to it is a hiccup")
        desk.report(["/": .critical])
        #expect(desk.told.dropFirst(2) == ["resolved health/disk//mnt>ops"])
        #expect(desk.notices.last?.notice.summary == "health/disk//mnt is not looked at any more: runs of health do not report it")
        #expect(desk.book.alerts.keys.map(\.text) == ["health/disk//"])
    }

    @Test func ofAJobThatChecksNothingAnyMoreAllChecksAreOver() {
        var desk = Desk()
        desk.job("health")
        desk.report(["/": .critical])
        for _ in 0..<2 { desk.end("health", hasResult: false) }
        #expect(desk.told == ["firing health/disk//>ops", "resolved health/disk//>ops"])
    }

    /// Each of them did not come to all of its checks, or may have left some out.
    @Test func noOtherRunEndsAnything() {
        var desk = Desk()
        desk.job("health")
        desk.report(["/": .critical, "/mnt": .critical])
        let ok = [WireEvent.Check(name: "cpu", state: .ok)]
        let many = (0..<CheckResult.boundPerRun).map { WireEvent.Check(name: "c\($0)", state: .ok) }
        let blind = [WireEvent.Check(name: "disk", state: .unknown)]
        for _ in 0..<3 {
            desk.end("health", .failed, checks: ok, hasResult: false)
            desk.end("health", .failed)
            desk.end("health", .failed, checks: ok)
            desk.end("health", .timedOut, checks: ok)
            desk.end("health", .cancelled, checks: ok)
            desk.end("health", .succeeded, checks: many)
            desk.end("health", .succeeded, checks: ok, trigger: .manual)
            desk.end("health", .succeeded, checks: ok, dryRun: true)
            desk.end("health", .warning, checks: blind)
        }
        #expect(!desk.told.contains { $0.hasPrefix("resolved health/disk/") })
        #expect(desk.book.firing.filter { $0.key.name == "disk" }.count == 2)
    }

    @Test func aJobWithManyChecksLeavesRoomForTheOthersAndIsNamed() throws {
        var desk = Desk()
        desk.job("small")
        desk.job("flood")
        fill(&desk, ["flood": AlertBook.boundPerJob - 200])
        flood(&desk)
        #expect(desk.book.alerts.keys.count { $0.job == "flood" } == AlertBook.boundPerJob)
        #expect(desk.changes.unfollowed.count == 300 && desk.changes.unfollowed.allSatisfy { $0.job == "flood" && $0.bound == .job })
        desk.report(["/": .critical], job: "small")
        #expect(desk.told.suffix(2) == ["firing acore-sched:/checks/flood>ops", "firing small/disk//>ops"])
        let alert = try #require(desk.book.firing.first { $0.key.text == "acore-sched:/checks/flood" })
        #expect(
            alert.last.summary
                == "flood: 300 results of its last run raise no alert: 1000 of its checks have one, or had one lately, which is the most")
        #expect(alert.last.details == "fix: let flood report fewer checks, for example by fewer targets, or divide it into several jobs")
        // Its own failure has room, too.
        desk.end("flood", .failed, hasResult: false)
        #expect(desk.told.last == "firing flood/failure>ops")
        desk.job("flood") { $0.enabled = false }
        desk.pass()
        #expect(desk.told.contains("resolved acore-sched:/checks/flood>ops"))
        #expect(desk.book.alerts.keys.map(\.text) == ["small/disk//"])
        desk.job("flood")
        flood(&desk)
        #expect(desk.changes.unfollowed.count == 300, "all its room is free again")
    }

    @Test func whereAllJobsTogetherHaveTooManyChecksTheLargestIsNamedAndJobsStillFail() {
        var desk = Desk()
        let jobs = ["a": 900, "b": 1000, "c": 1000, "d": 1000, "e": 1000, "f": 100]
        for job in jobs.keys { desk.job(job) }
        fill(&desk, jobs)
        desk.report(["/": .critical], job: "f")
        desk.end("f", .failed, hasResult: false)
        #expect(desk.told == ["firing acore-sched:/checks/f>ops", "firing f/failure>ops"])
        #expect(
            desk.notices.first?.notice.summary
                == "f: 1 result of its last run raises no alert: 5000 checks of all jobs have one, or had one lately, 1000 of them of b, "
                + "which is the most")
        #expect(desk.changes.unfollowed == [UnfollowedFinding(job: "f", bound: .all)])
        desk.report(["/": .ok], job: "f")
        #expect(desk.told.last == "resolved acore-sched:/checks/f>ops" || desk.told.contains("resolved acore-sched:/checks/f>ops"))
    }

    /// Keys that were bad lately.
    private func fill(_ desk: inout AlertBookTests.Desk, _ counts: [String: Int]) {
        var alerts: [Alert] = []
        for (job, count) in counts {
            for number in 0..<count {
                var alert = Alert(
                    key: AlertKey(job: job, check: "old", target: "\(number)"), last: AlertFinding(.ok, at: desk.now, summary: "well"))
                for _ in 0..<2 { alert.flaps.count(.critical) }
                alerts.append(alert)
            }
        }
        desk.book = AlertBook(routing: Desk.routing, host: "box", alerts: alerts)
        desk.book.know(desk.jobs.values)
    }

    private func flood(_ desk: inout AlertBookTests.Desk) {
        let checks = (0..<CheckResult.boundPerRun).map { number in
            var check = WireEvent.Check(name: "new", state: .critical)
            check.target = "\(number)"
            return check
        }
        desk.end("flood", .failed, checks: checks)
    }
}
