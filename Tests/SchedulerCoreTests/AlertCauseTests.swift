import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// What the checks of a run explain, and what has a parent that explains it.
@Suite struct AlertCauseTests {
    private typealias Desk = AlertBookTests.Desk

    @Test func aRunThatFailsThoughNothingThatItCheckedIsCriticalIsItsJobsFailure() {
        var desk = Desk()
        desk.end("health", .failed, checks: [WireEvent.Check(name: "cpu", state: .ok)])
        #expect(desk.told == ["firing health/failure>ops"])
        #expect(desk.notices.first?.notice.summary == "health failed: ended as failed")
        desk.end("health", .succeeded, checks: [WireEvent.Check(name: "cpu", state: .ok)])
        #expect(desk.told == ["firing health/failure>ops", "resolved health/failure>ops"])
        // What is less than critical says of itself that it is no failure.
        desk.end("other", .failed, checks: [WireEvent.Check(name: "cpu", state: .warning)])
        #expect(desk.told.dropFirst(2) == ["firing other/cpu>ops", "firing other/failure>ops"])
    }

    @Test func aCriticalCheckExplainsAFailureAlsoWhileItIsPending() {
        var desk = Desk()
        desk.job("health") { $0.alerts.results = 3 }
        desk.end("health", .failed, checks: [WireEvent.Check(name: "cpu", state: .critical)])
        #expect(desk.told == [])
        desk.end("health", .failed, checks: [WireEvent.Check(name: "cpu", state: .ok)])
        desk.end("health", .failed, checks: [WireEvent.Check(name: "cpu", state: .critical)])
        #expect(desk.told == ["firing health/failure>ops", "resolved health/failure>ops"], "the check tells from then on what is wrong")
    }

    @Test func aWarningWithChecksIsNobodysFailure() {
        var desk = Desk()
        desk.job("health") { $0.notices.occasions = [.failure, .warning] }
        desk.end("health", .warning, checks: [WireEvent.Check(name: "cpu", state: .ok)])
        #expect(desk.told == [])
    }

    /// A gateway and a host behind it, in either order.
    @Test(arguments: [["gateway", "host"], ["host", "gateway"]])
    func aParentOfTheSameRunHoldsBackWhateverTheOrder(_ order: [String]) {
        var desk = Desk()
        desk.job("health") { $0.alerts.parents = ["health/disk/gateway"] }
        report(order, gateway: .critical, host: .critical, &desk)
        #expect(desk.told == ["firing health/disk/gateway>ops"])
        let fired = desk.changes.history.filter { $0.kind == .fired && $0.key?.target == "host" }
        #expect(fired.map(\.detail) == ["disk host is critical (nobody is told: health/disk/gateway is bad)"])
        report(order, gateway: .ok, host: .critical, &desk)
        #expect(Set(desk.told.dropFirst()) == ["resolved health/disk/gateway>ops", "firing health/disk/host>ops"])
    }

    @Test(arguments: [["gateway", "host"], ["host", "gateway"]])
    func aParentThatIsPendingHoldsBackUntilItIsWell(_ order: [String]) {
        var desk = Desk()
        desk.job("net") { $0.alerts.results = 3 }
        desk.job("health") { $0.alerts.parents = ["net/*"] }
        desk.report(["gateway": .critical], job: "net")
        report(order, gateway: .ok, host: .critical, &desk)
        #expect(desk.told == [])
        desk.report(["gateway": .ok], job: "net")
        #expect(desk.told == ["firing health/disk/host>ops"])
    }

    @Test func aParentWhoseJobIsSilentHoldsNothingBackForever() throws {
        var desk = Desk()
        desk.job("net") { $0.alerts.results = 3 }
        desk.job("health") { $0.alerts.parents = ["net/*"] }
        desk.report(["gateway": .critical], job: "net")
        desk.report(["host": .critical])
        #expect(desk.told == [])
        desk.now = try #require(desk.book.nextAlarm)
        desk.pass()
        #expect(desk.told == ["firing health/disk/host>ops"])
    }

    @Test func ofTwoThatAreEachOthersParentsOneIsTold() {
        var desk = Desk()
        desk.job("health") { $0.alerts.parents = ["health/*"] }
        desk.report(["b": .critical, "a": .critical, "c": .warning])
        #expect(desk.told == ["firing health/disk/a>ops"])
        desk.report(["b": .critical, "a": .ok, "c": .warning])
        #expect(Set(desk.told.dropFirst()) == ["resolved health/disk/a>ops", "firing health/disk/b>ops"])
    }

    /// Each job has the next one as its parent, and the last one the first; all are decided at once, when work on their unit is over.
    @Test(arguments: [["a", "b"], ["a", "b", "c"], ["c", "b", "a"], ["b", "e", "c", "d", "a"]])
    func ofACircleOverSeveralJobsOneIsTold(_ jobs: [String]) {
        var desk = Desk()
        for (job, parent) in zip(jobs, jobs.dropFirst() + jobs.prefix(1)) { circle(job, [parent + "/*"], &desk) }
        for job in jobs { desk.report(["x": .critical], job: job) }
        #expect(desk.told == [])
        desk.maintenance = []
        desk.pass()
        #expect(desk.told == ["firing a/disk/x>ops"], "of all of them the first by name")
    }

    /// What explains one of a circle from outside holds back all of it.
    @Test func whatExplainsOneOfACircleFromOutsideIsTold() {
        var desk = Desk()
        desk.job("net")
        circle("a", ["b/*", "net/*"], &desk)
        circle("b", ["c/*"], &desk)
        circle("c", ["a/*"], &desk)
        for job in ["net", "a", "b", "c"] { desk.report(["x": .critical], job: job) }
        desk.maintenance = []
        desk.pass()
        #expect(desk.told == ["firing net/disk/x>ops"])
        desk.report(["x": .ok], job: "net")
        #expect(desk.told.dropFirst() == ["resolved net/disk/x>ops", "firing a/disk/x>ops"])
    }

    /// A job of which nothing is told while its unit is worked on.
    private func circle(_ job: String, _ parents: [String], _ desk: inout AlertBookTests.Desk) {
        desk.job(job) { ($0.alerts.parents, $0.alerts.unit) = (parents, "bot.service") }
        desk.maintenance = [Maintenance(unit: "bot.service", until: desk.now.moved(by: .seconds(3600)))]
    }

    @Test func aParentThatNobodyCouldLookAtHoldsNothingBack() {
        var desk = Desk()
        desk.job("net")
        desk.job("health") { $0.alerts.parents = ["net/*"] }
        desk.report(["gateway": .unknown], job: "net")
        desk.report(["host": .critical])
        #expect(desk.told == ["firing health/disk/host>ops"])
    }

    private func report(
        _ order: [String], gateway: WireEvent.Check.State, host: WireEvent.Check.State, _ desk: inout AlertBookTests.Desk
    ) {
        if order.first == "gateway" {
            desk.report(["gateway": gateway, "host": host])
        } else {
            desk.report(["host": host, "gateway": gateway])
        }
    }
}
