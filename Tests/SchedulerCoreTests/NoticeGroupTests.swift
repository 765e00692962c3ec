import CronSchedule
import JobKit
import Testing

@testable import SchedulerCore

/// Notices that a channel is told of in one delivery: who belongs to it, and what it says.
@Suite struct NoticeGroupTests {
    private static let noon = Instant(milliseconds: 1_800_000_000_000)

    private static func id(_ number: Int) throws -> RunID {
        let digits = String(number)
        return try #require(RunID(rawValue: "01KAQZZZ" + String(repeating: "0", count: 18 - digits.count) + digits))
    }

    static func notice(
        _ occasion: AlertNotice.Occasion, of alert: Int, job: String = "j", _ severity: AlertNotice.Severity = .warning,
        sequence: Int = 1, lasting seconds: Int64 = 0, _ summary: String = "bad"
    ) throws -> AlertNotice {
        let start = noon.milliseconds + Int64(alert) * 1000
        return AlertNotice(
            delivery: try id(100 + alert * 10 + sequence), alert: try id(alert), key: "\(job)/k\(alert)", occasion: occasion,
            severity: severity, job: job, summary: summary, details: "", startedAt: start,
            endedAt: occasion == .resolved ? start + seconds * 1000 : nil, host: "box", sequence: sequence)
    }

    static func row(_ number: Int64, _ notice: AlertNotice, opens: Int64? = 0, tries: Int = 0, channel: String = "ops") -> OutboxRow {
        var row = OutboxRow(notice: notice, channel: channel, createdAt: noon, nextAttempt: noon)
        row.number = number
        row.tries = tries
        row.opensAt = opens.map { noon.moved(by: .seconds($0)) }
        return row
    }

    /// What is told of some notices.
    struct Telling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let notices: @Sendable () throws -> [AlertNotice]
        let occasion: AlertNotice.Occasion
        let severity: AlertNotice.Severity
        let summary: String
        var members: Int?

        init(
            _ name: String, _ occasion: AlertNotice.Occasion, _ severity: AlertNotice.Severity, _ summary: String, members: Int? = nil,
            _ notices: @escaping @Sendable () throws -> [AlertNotice]
        ) {
            testDescription = name
            self.notices = notices
            self.occasion = occasion
            self.severity = severity
            self.summary = summary
            self.members = members
        }
    }

    @Test(arguments: [
        Telling("one", .firing, .warning, "bad") { [try notice(.firing, of: 1)] },
        Telling("two of a job, the worst first", .firing, .critical, "2 alerts of j: full; bad", members: 2) {
            [try notice(.firing, of: 1), try notice(.firing, of: 2, .critical, "full")]
        },
        Telling("of two jobs", .firing, .warning, "2 alerts of 2 jobs: bad; bad", members: 2) {
            [try notice(.firing, of: 1, job: "a"), try notice(.firing, of: 2, job: "b")]
        },
        Telling("all are over", .resolved, .critical, "2 alerts of j are over: good; well", members: 2) {
            [
                try notice(.resolved, of: 1, sequence: 2, lasting: 5, "good"),
                try notice(.resolved, of: 2, .critical, sequence: 2, lasting: 5, "well"),
            ]
        },
        Telling("one is over", .firing, .warning, "2 alerts of j, 1 of them over: bad; good", members: 2) {
            [try notice(.resolved, of: 1, .critical, sequence: 2, lasting: 5, "good"), try notice(.firing, of: 2)]
        },
        Telling("began and ended meanwhile", .resolved, .warning, "bad; over after 12s: good") {
            [try notice(.firing, of: 1), try notice(.resolved, of: 1, sequence: 2, lasting: 12, "good")]
        },
        Telling("an end alone", .resolved, .warning, "good") {
            [try notice(.severity, of: 1, sequence: 2), try notice(.resolved, of: 1, sequence: 3, lasting: 12, "good")]
        },
        Telling("got worse before it was told", .firing, .critical, "worse") {
            [try notice(.firing, of: 1), try notice(.severity, of: 1, .critical, sequence: 2, "worse")]
        },
        Telling("reminders", .reminder, .warning, "2 alerts of j: bad; bad", members: 2) {
            [try notice(.reminder, of: 1, sequence: 2), try notice(.reminder, of: 2, sequence: 2)]
        },
        Telling("the same key twice", .firing, .warning, "2 alerts of j, 1 of them over: bad; bad; over after 1s: good", members: 2) {
            [
                try notice(.firing, of: 1), try notice(.resolved, of: 1, sequence: 2, lasting: 1, "good"),
                try notice(.firing, of: 2),
            ]
        },
    ])
    func says(_ telling: Telling) throws {
        let notices = try telling.notices()
        let rows = notices.enumerated().map { Self.row(Int64($0.offset), $0.element) }
        let told = NoticeGroup(leader: rows[0], members: Array(rows.dropFirst())).notice
        #expect(told.occasion == telling.occasion && told.severity == telling.severity && told.summary == telling.summary)
        #expect(told.members?.count == telling.members)
        #expect(told.delivery == notices[0].delivery, "the id under which it is tried")
        #expect((told.endedAt == nil) == (told.status == "firing"))
    }

    /// Who goes with the first row.
    @Test func takesOfEachLaneWhatIsInFrontAndMayGo() throws {
        let leader = Self.row(1, try Self.notice(.firing, of: 1))
        let rows = [
            leader, Self.row(2, try Self.notice(.firing, of: 2), opens: nil), Self.row(3, try Self.notice(.resolved, of: 2, sequence: 2)),
            Self.row(4, try Self.notice(.firing, of: 3), opens: 1), Self.row(5, try Self.notice(.firing, of: 4), tries: 1),
            Self.row(6, try Self.notice(.firing, of: 5), channel: "mail"), Self.row(7, try Self.notice(.resolved, of: 1, sequence: 2)),
            Self.row(8, try Self.notice(.firing, of: 6)),
        ]
        let group = NoticeGroup(of: leader, among: rows.reversed(), at: Self.noon)
        #expect(group.rows.map(\.number) == [1, 7, 8])
        #expect(group.joins(at: Self.noon).map(\.delivery) == [rows[6], rows[7]].map(\.notice.delivery))
        #expect(group.joins(at: Self.noon).allSatisfy { $0.leader == leader.notice.delivery })
        var alone = leader
        alone.tries = 1
        #expect(NoticeGroup(of: alone, among: rows, at: Self.noon).members.isEmpty, "who goes with it was decided")
        alone = leader
        alone.opensAt = nil
        #expect(NoticeGroup(of: alone, among: rows, at: Self.noon).members.isEmpty)
    }

    @Test func isBounded() throws {
        let rows = try (1...80).map { Self.row(Int64($0), try Self.notice(.firing, of: $0)) }
        let group = NoticeGroup(of: rows[60], among: rows, at: Self.noon)
        #expect(group.rows.count == NoticeGroup.bound && group.rows.last?.number == 61)
        #expect(group.notice.summary.utf8.count <= AlertFinding.summaryBound)
    }

    /// Rows of a clock that was set back an hour.
    @Test func aTimeThatWasDecidedBeforeTheClockWasSetBackHoldsNobodyBack() throws {
        let leader = Self.row(1, try Self.notice(.firing, of: 1))
        var other = Self.row(2, try Self.notice(.firing, of: 2), opens: 3600)
        #expect(NoticeGroup(of: leader, among: [leader, other], at: Self.noon).members.isEmpty)
        other.changedAt = Self.noon.moved(by: .seconds(3600))
        #expect(NoticeGroup(of: leader, among: [leader, other], at: Self.noon).members.count == 1)
    }
}
