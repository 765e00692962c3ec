import GRDB
import SchedulerCore
import Testing

@testable import Ledger

/// Who asked for what is written before it is done, and comes back as it was.
@Suite struct AuditTests {
    private func entry(_ verb: String, result: String? = nil) -> AuditEntry {
        AuditEntry(
            at: .noon, uid: 4_294_967_294, gid: 100, pid: 4242, user: "operator", role: "operator", verb: verb, object: "nightly",
            detail: "for 2h", result: result)
    }

    @Test func anEntryHasNoResultUntilItsActIsDone() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let number = try ledger.beginAudit(entry("pause"))
        #expect(try ledger.audit(limit: 9).map(\.result) == [nil])
        try ledger.finishAudit(number, result: "done")
        var expected = entry("pause", result: "done")
        expected.number = number
        #expect(try ledger.audit(limit: 9) == [expected])
    }

    @Test func noCallerDecidesHowLongARowIs() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        var long = entry("pause")
        long.object = String(repeating: "o", count: 60_000)
        long.detail = String(repeating: "d", count: 60_000)
        try ledger.finishAudit(try ledger.beginAudit(long), result: String(repeating: "r", count: 60_000))
        let row = try #require(try ledger.audit(limit: 1).first)
        #expect(row.object == String(repeating: "o", count: Ledger.auditTextBound) + "…")
        #expect(row.detail.count == Ledger.auditTextBound + 1 && row.result?.count == Ledger.auditTextBound + 1)
    }

    @Test func pagesGoBackInTime() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        for verb in ["run-now", "cancel", "pause"] { _ = try ledger.beginAudit(entry(verb, result: "denied")) }
        let first = try ledger.audit(limit: 2)
        #expect(first.map(\.verb) == ["pause", "cancel"])
        #expect(try ledger.audit(before: first.last?.number, limit: 2).map(\.verb) == ["run-now"])
    }

    @Test func theOldestRowsGoBeyondTheBound() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        let last = try ledger.beginAudit(entry("pause"))
        try ledger.write { database in
            try database.execute(
                sql: """
                    INSERT INTO audit (id, at, uid, gid, pid, verb, detail) VALUES (?, 0, 0, 0, 0, 'cancel', '')
                    """, arguments: [last + Int64(Ledger.auditBound)])
        }
        var progress = PruneProgress()
        while !progress.isComplete {
            progress = try ledger.prune(rules: [:], standard: .init(), maximumBytes: nil, now: .noon, after: progress)
        }
        #expect(try ledger.audit(limit: 9).map(\.verb) == ["cancel"])
    }
}
