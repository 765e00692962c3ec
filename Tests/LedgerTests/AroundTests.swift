import CronSchedule
import Foundation
import SchedulerCore
import Testing

@testable import Ledger

/// What `explain` asks for: the rows around one moment.
@Suite struct AroundTests {
    @Test func theNearestRowsOnBothSidesAndTheSpanAround() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var rows = (0..<40).map { Occurrence.sample(.instant(.noon(plus: $0 * 10)), account: .skipped(.overlap)) }
        rows += [
            .sample(.instant(.noon(plus: 1000)), account: .missed(.down), spanFirst: .noon(plus: 401), count: 60),
            .sample(.instant(.noon(plus: 2000)), account: .missed(.down), spanFirst: .noon(plus: 1900), count: 60),
            .sample(.boot("b"), account: .skipped(.paused)),
        ]
        rows += (0..<40).map { Occurrence.sample(.instant(.noon(plus: $0 * 10)), job: "other", account: .skipped(.overlap)) }
        try ledger.commit(LedgerChanges(occurrences: rows))
        let bound = Int64(Ledger.neighbourBound)
        let near = try ledger.occurrences(job: "nightly", around: .noon(plus: 205))
        let slots = near.filter { $0.spanFirst == nil }.compactMap(\.slot.instant).sorted()
        #expect(slots == ((21 - bound)..<(21 + bound)).map { .noon(plus: $0 * 10) })
        #expect(near.contains { $0.slot == .boot("b") })
        #expect(Set(near).count == near.count, "each row once")
        let spans = try ledger.occurrences(job: "nightly", around: .noon(plus: 700)).filter { $0.spanFirst != nil }
        #expect(spans.count == 2)
        #expect(try ledger.occurrences(job: "none", around: .noon).isEmpty)
    }

    @Test func runsClaimedUpToAMoment() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let runs = (1...20).map { (number: Int64) in
            let at = Instant.noon(plus: number)
            return Run(
                id: RunID(milliseconds: at.milliseconds), job: number.isMultiple(of: 2) ? "a" : "b", kind: "command", trigger: .manual,
                slot: nil, claimedAt: at, dueAt: at)
        }
        try ledger.commit(LedgerChanges(runs: runs))
        let found = try ledger.runs(job: "a", claimedUpTo: .noon(plus: 11), limit: 2)
        #expect(found.map(\.claimedAt) == [.noon(plus: 10), .noon(plus: 8)])
        #expect(try ledger.runs(job: "a", claimedUpTo: .noon, limit: 2).isEmpty)
    }

    @Test func eventsAroundAMomentAreThoseOfTheDaemonAndOfTheJob() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let events = (0..<100).map { (number: Int64) in
            let job: String? = number.isMultiple(of: 2) ? nil : number.isMultiple(of: 3) ? "a" : "b"
            return LedgerEvent(at: .noon(plus: number), kind: job == nil ? .started : .jobPaused, job: job, detail: "\(number)")
        }
        try ledger.commit(LedgerChanges(events: events))
        let found = try ledger.events(job: "a", around: .noon(plus: 50)).map { Int($0.detail) ?? -1 }
        #expect(found == found.sorted())
        #expect(found.allSatisfy { $0.isMultiple(of: 2) || $0.isMultiple(of: 3) })
        #expect(found.filter { $0.isMultiple(of: 2) } == Array(stride(from: 12, through: 90, by: 2)))
        #expect(try ledger.began() == .noon)
    }

    @Test func actsAroundAMomentAreThoseThatWereDone() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        for (second, object, result) in [(1, "a", "done"), (2, "b", "done"), (3, "a", "refused"), (4, "a", "done")]
            as [(Int64, String, String)]
        {
            _ = try ledger.beginAudit(
                AuditEntry(
                    at: .noon(plus: second), uid: 1, gid: 1, pid: 1, user: "ann", role: "operator", verb: "pause", object: object,
                    detail: "",
                    result: result))
        }
        #expect(try ledger.acts(on: ["a", "run"], around: .noon(plus: 2)).map(\.at) == [.noon(plus: 1), .noon(plus: 4)])
    }

    @Test func theReachEndsAtTheOldestRowAndIsFullWhenNoMoreAreKept() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let rule = HistoryRule(keep: 1, maxAge: .seconds(1))
        #expect(try ledger.reach(of: "nightly", rule: rule).oldest == nil)
        var rows = [Occurrence.sample(.instant(.noon(plus: 50)), account: .missed(.down), spanFirst: .noon(plus: 20), count: 9)]
        rows += (0..<8).map { .sample(.instant(.noon(plus: 100 + $0)), account: .skipped(.overlap)) }
        try ledger.commit(LedgerChanges(occurrences: rows))
        #expect(try ledger.reach(of: "nightly", rule: rule) == (.noon(plus: 20), false))
        try ledger.commit(LedgerChanges(occurrences: [.sample(.instant(.noon(plus: 200)), account: .skipped(.overlap))]))
        #expect(try ledger.reach(of: "nightly", rule: rule) == (.noon(plus: 20), true))
    }

    @Test func theLastDecisionOfAnyJobIsASignOfLife() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var missed = Occurrence.sample(.instant(.noon(plus: 5)), account: .missed(.down))
        missed.decidedAt = .noon(plus: 100)
        var beside = Occurrence.sample(.instant(.noon(plus: 6)), job: "b", account: .missed(.down))
        beside.decidedAt = .noon(plus: 100)
        try ledger.commit(LedgerChanges(occurrences: [.sample(.instant(.noon), job: "b", account: .skipped(.overlap)), beside, missed]))
        #expect(try ledger.lastDecision(before: .noon(plus: 100), row: missed) == .noon)
        #expect(try ledger.lastDecision(before: .noon, row: missed) == nil)
    }

    @Test(arguments: [
        ("ledger.sqlite.damaged-20270101T020000Z", "2027-01-01T02:00:00Z"),
        ("ledger.sqlite.damaged-20270101T020000.250Z-2", "2027-01-01T02:00:00.250Z"),
        ("ledger.sqlite.damaged-20270101T020000Z-wal", ""), ("ledger.sqlite.damaged-x", ""), ("ledger.sqlite", ""),
    ])
    func damagedLedgersAreFoundByTheirNames(_ name: String, _ moment: String) throws {
        let scratch = try Scratch()
        try scratch.write(Data(), to: name)
        #expect(Ledger.setAsideFiles(in: scratch.path).map(\.at.description) == (moment.isEmpty ? [] : [moment]))
    }
}
