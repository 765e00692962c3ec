import CronSchedule
import JobKit
import SchedulerCore
import Testing

/// What the checks of a run explain.
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
}
