import Testing

@testable import SchedulerCore

@Suite struct AdmissionTests {
    /// A run with an id made of `number`, so that larger numbers are younger.
    private func run(
        _ number: Int, job: String, trigger: Run.Trigger = .schedule, group: String? = nil, overlap: OverlapPolicy = .skip
    ) -> Admission.Candidate {
        let id = RunID(milliseconds: Int64(number))
        return Admission.Candidate(run: id, job: job, trigger: trigger, group: group, overlap: overlap)
    }

    @Test func theLimitOfAllRunsHoldsTheYoungest() {
        let waiting = (0..<5).map { run($0, job: "j\($0)") }
        let admission = Admission(limits: .init(runs: 3))
        #expect(admission.admitted(waiting: waiting, live: [run(9, job: "x")], pausing: []) == waiting[..<2].map(\.run))
    }

    @Test func runsThatMakeUpForMissedSlotsHaveALimitOfTheirOwn() {
        let waiting = (0..<4).map { run($0, job: "j\($0)", trigger: .catchUp) } + [run(9, job: "now")]
        let admission = Admission(limits: .init(runs: 16, catchUps: 2))
        #expect(admission.admitted(waiting: waiting, live: [], pausing: []) == [waiting[0], waiting[1], waiting[4]].map(\.run))
    }

    @Test func aGroupHasOneRunUnlessTheLimitsSayMore() {
        let waiting = (0..<3).map { run($0, job: "j\($0)", group: "disk") }
        #expect(Admission(limits: .init()).admitted(waiting: waiting, live: [], pausing: []) == [waiting[0].run])
        let two = Admission(limits: .init(groups: ["disk": 2]))
        #expect(two.admitted(waiting: waiting, live: [run(8, job: "y", group: "disk")], pausing: []) == [waiting[0].run])
    }

    @Test func runsOfOneJobStartInOrderAndOneByOneUnlessOverlapIsAllowed() {
        let queued = (0..<3).map { run($0, job: "j", overlap: .queue) }
        let admission = Admission(limits: .init())
        #expect(admission.admitted(waiting: queued, live: [], pausing: []) == [queued[0].run])
        #expect(admission.admitted(waiting: queued, live: [], pausing: [run(7, job: "j", overlap: .queue)]) == [])
        let allowed = (0..<3).map { run($0, job: "j", overlap: .allow) }
        #expect(admission.admitted(waiting: allowed, live: [run(8, job: "j", overlap: .allow)], pausing: []) == allowed.map(\.run))
    }

    @Test func aRunHeldByItsGroupDoesNotHoldOthers() {
        let waiting = [run(1, job: "a", group: "disk"), run(2, job: "b")]
        let admission = Admission(limits: .init())
        #expect(admission.admitted(waiting: waiting, live: [run(0, job: "c", group: "disk")], pausing: []) == [waiting[1].run])
    }
}
