import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

@Suite struct DeliveryPolicyTests {
    private static let now = Instant(milliseconds: 1_800_000_000_000)

    static func row(tries: Int = 0, createdAt: Instant = now) -> OutboxRow {
        let notice = AlertNotice(
            delivery: RunID(milliseconds: 1), alert: RunID(milliseconds: 2), key: "j/failure", occasion: .firing, severity: .critical,
            job: "j", summary: "s", details: "", startedAt: 0, host: "h", sequence: 1)
        var row = OutboxRow(notice: notice, channel: "c", createdAt: createdAt, nextAttempt: createdAt)
        row.tries = tries
        return row
    }

    @Test("pauses", arguments: [(1, 5), (2, 10), (3, 20), (7, 320), (8, 640), (9, 900), (40, 900)] as [(Int, Int64)])
    func pauses(_ tries: Int, _ seconds: Int64) {
        #expect(DeliveryPolicy.pause(after: tries, dice: 0.5) == min(.seconds(seconds), .seconds(900)))
        #expect(DeliveryPolicy.pause(after: tries, dice: 0) == .seconds(seconds) * 0.8)
        #expect(DeliveryPolicy.pause(after: tries, dice: 1) == min(.seconds(seconds) * 1.2, .seconds(900)))
    }

    @Test func theMarkBeforeATryPushesTheRowBack() {
        let mark = DeliveryPolicy.attempt(Self.row(tries: 2), now: Self.now, dice: 0.5)
        #expect(mark.tries == 2 && mark.triesNow == 3 && mark.state == .waiting)
        #expect(mark.nextAttempt == Self.now.moved(by: .seconds(20)))
    }

    @Test(
        "outcomes",
        arguments: [
            (DeliveryOutcome.delivered, OutboxRow.State.delivered, 0), (.refused(reason: "404"), .refused, 0),
            (.again(reason: "503", retryAfter: nil), .waiting, 5), (.again(reason: "429", retryAfter: .seconds(120)), .waiting, 120),
            (.again(reason: "429", retryAfter: .seconds(1)), .waiting, 5),
            (.again(reason: "429", retryAfter: .seconds(999_999)), .waiting, 24 * 3600),
        ] as [(DeliveryOutcome, OutboxRow.State, Int64)])
    func outcomes(_ outcome: DeliveryOutcome, _ state: OutboxRow.State, _ seconds: Int64) {
        let mark = DeliveryPolicy.mark(Self.row(tries: 1), after: outcome, now: Self.now, dice: 0.5)
        #expect(mark.state == state)
        if state == .waiting { #expect(mark.nextAttempt == Self.now.moved(by: .seconds(seconds))) }
    }

    @Test func aNoticeIsTriedForThreeDays() {
        let limit = Duration.seconds(72 * 3600)
        let row = Self.row(tries: 300, createdAt: Self.now.moved(by: .zero - limit + .seconds(901)))
        let again = DeliveryOutcome.again(reason: "down", retryAfter: nil)
        #expect(DeliveryPolicy.mark(row, after: again, now: Self.now, dice: 1).state == .waiting)
        #expect(DeliveryPolicy.mark(row, after: again, now: Self.now.moved(by: .seconds(1)), dice: 1).state == .expired)
    }

    @Test(
        "quiet hours",
        arguments: [
            ("2027-01-15T21:59:59Z", nil), ("2027-01-15T22:00:00Z", "2027-01-16T07:00:00Z"),
            ("2027-01-16T06:59:59Z", "2027-01-16T07:00:00Z"),
            ("2027-01-16T07:00:00Z", nil), ("2027-01-16T12:00:00Z", nil),
        ] as [(String, String?)])
    func quiet(_ time: String, _ end: String?) throws {
        let hours = QuietHours(from: 22 * 60, to: 7 * 60)
        #expect(
            hours.end(at: try #require(Instant(iso8601: time)), in: SystemTimeZone.utc)?.description
                == (try end.map { try #require(Instant(iso8601: $0)).description }))
    }

    @Test(
        "the night of a clock change ends on the wall clock",
        arguments: [
            ("2027-03-27T23:00:00+01:00", 7 * 60, "2027-03-28T07:00:00+02:00"),
            ("2027-10-30T23:00:00+02:00", 7 * 60, "2027-10-31T07:00:00+01:00"),
            // Half past two is not there; the first moment after it that the plain count leads to is half past three.
            ("2027-03-27T23:00:00+01:00", 150, "2027-03-28T03:30:00+02:00"),
        ])
    func clockChange(_ evening: String, _ to: Int, _ morning: String) throws {
        let hours = QuietHours(from: 22 * 60, to: to)
        let start = try #require(Instant(iso8601: evening))
        #expect(hours.end(at: start, in: try SystemTimeZone.named("Europe/Berlin")) == Instant(iso8601: morning))
    }

    @Test func whatDoesNotGetThroughLeavesItsChannelAloneForAMoment() {
        #expect(DeliveryPolicy.rest(after: .delivered) == nil && DeliveryPolicy.rest(after: .refused(reason: "")) == nil)
        #expect(DeliveryPolicy.rest(after: .again(reason: "", retryAfter: nil)) == .seconds(5))
        #expect(DeliveryPolicy.rest(after: .again(reason: "", retryAfter: .seconds(60))) == .seconds(60))
        #expect(DeliveryPolicy.rest(after: .again(reason: "", retryAfter: .seconds(9_999_999))) == .seconds(86_400))
    }

    @Test func aMachineThatWasOffForDaysTriesAgainBeforeItGivesUp() {
        let row = Self.row(tries: 2, createdAt: Self.now.moved(by: .seconds(-9 * 86_400)))
        let again = DeliveryOutcome.again(reason: "no network yet", retryAfter: nil)
        #expect(DeliveryPolicy.mark(row, after: again, now: Self.now, dice: 0.5).state == .waiting)
        var later = row
        later.tries = DeliveryPolicy.leastTries
        #expect(DeliveryPolicy.mark(later, after: again, now: Self.now, dice: 0.5).state == .expired)
    }
}
