import JobKit
import Testing

@testable import SchedulerCore

@Suite struct PolicyTests {
    struct OverlapRow: Sendable {
        var policy: OverlapPolicy
        var running: Int
        var queued = 0
        var expected: OverlapPolicy.Decision
    }

    @Test(
        "overlap",
        arguments: [
            OverlapRow(policy: .skip, running: 0, expected: .start),
            OverlapRow(policy: .skip, running: 2, expected: .skip(.stillRunning(runs: 2))),
            OverlapRow(policy: .skip, running: 0, queued: 1, expected: .skip(.stillRunning(runs: 1))),
            OverlapRow(policy: .queue, running: 0, expected: .start),
            OverlapRow(policy: .queue, running: 1, expected: .wait),
            OverlapRow(policy: .queue, running: 1, queued: 1, expected: .skip(.alreadyQueued)),
            OverlapRow(policy: .replace, running: 0, expected: .start),
            OverlapRow(policy: .replace, running: 1, expected: .replace),
            OverlapRow(policy: .allow, running: 7, expected: .start),
        ])
    func decides(_ row: OverlapRow) {
        #expect(row.policy.decide(running: row.running, queued: row.queued) == row.expected)
    }

    struct RetryRow: Sendable {
        var policy: RetryPolicy
        var attempt: Int
        var hint: JobFailure.Retry?
        var pause: Duration?
    }

    @Test(
        "retry",
        arguments: [
            RetryRow(policy: RetryPolicy(), attempt: 1, pause: nil),
            RetryRow(policy: RetryPolicy(attempts: 3), attempt: 1, pause: .seconds(30)),
            RetryRow(policy: RetryPolicy(attempts: 3), attempt: 2, pause: .seconds(60)),
            RetryRow(policy: RetryPolicy(attempts: 3), attempt: 3, pause: nil),
            RetryRow(policy: RetryPolicy(attempts: 100), attempt: 99, pause: .seconds(600)),
            RetryRow(policy: RetryPolicy(attempts: 9, backoff: .constant), attempt: 5, pause: .seconds(30)),
            RetryRow(policy: RetryPolicy(attempts: 9, backoff: .linear), attempt: 5, pause: .seconds(150)),
            RetryRow(policy: RetryPolicy(attempts: 9), attempt: 1, hint: .cannotHelp, pause: nil),
            RetryRow(policy: RetryPolicy(attempts: 9), attempt: 1, hint: .mayHelp, pause: .seconds(30)),
        ])
    func pauses(_ row: RetryRow) {
        #expect(row.policy.pause(after: row.attempt, hint: row.hint) == row.pause)
    }

    @Test func jitterIsStableWithinItsSpanAndSpreadOverIt() {
        let span = Duration.seconds(300)
        let offsets = (0..<1000).map { Jitter.offset(host: "host-a", job: "job-\($0)", span: span) }
        #expect(offsets == (0..<1000).map { Jitter.offset(host: "host-a", job: "job-\($0)", span: span) })
        #expect(offsets.allSatisfy { $0 >= .zero && $0 < span })
        for tenth in 0..<10 {
            let low = Duration.seconds(30 * tenth)
            let count = offsets.count { $0 >= low && $0 < low + .seconds(30) }
            #expect((60...140).contains(count), "\(count) of 1000 offsets in tenth \(tenth)")
        }
        #expect(Jitter.offset(host: "host-b", job: "job-1", span: span) != offsets[1])
        #expect(Jitter.offset(host: "host-a", job: "job-1", span: .zero) == .zero)
    }

    @Test func theOffsetOfAJobIsTheSameInEveryRelease() {
        #expect(Jitter.offset(host: "bot", job: "backup-full", span: .seconds(3600)) == .milliseconds(3_227_906))
    }

    @Test func aConditionHoldsWhenEachJobSucceededSinceTheLastStart() {
        let start = at("10:00:00")
        #expect(AfterCondition.missing(after: ["a", "b"], lastStart: start, successes: ["a": at("10:00:01")]) == ["b"])
        #expect(AfterCondition.missing(after: ["a"], lastStart: start, successes: ["a": at("09:59:59")]) == ["a"])
        #expect(AfterCondition.missing(after: ["a"], lastStart: start, successes: ["a": start]) == ["a"])
        #expect(AfterCondition.missing(after: ["a"], lastStart: nil, successes: ["a": at("09:00:00")]) == [])
        #expect(AfterCondition.missing(after: ["a"], lastStart: nil, successes: [:]) == ["a"])
    }
}
