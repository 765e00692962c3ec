import Foundation
import Testing

/// What becomes of slots that came due while no daemon ran, for real.
@Suite(.ownThread)
struct CatchUpTests {
    struct Row: CustomTestStringConvertible {
        let policy: String
        /// Runs that make up for a slot.
        let caughtUp: Int
        /// Account, reason and count of the one row for the rest.
        let rest: [String]
        var testDescription: String { policy }
    }

    @Test(arguments: [
        Row(policy: "{mode: none}", caughtUp: 0, rest: ["missed", "down", "10"]),
        Row(policy: "{mode: last}", caughtUp: 1, rest: ["missed", "down", "9"]),
        Row(policy: "{mode: all}", caughtUp: 10, rest: []),
        Row(policy: "{mode: all, max: 3}", caughtUp: 3, rest: ["missed", "down", "7"]),
        Row(policy: "{mode: last, deadline: 4m}", caughtUp: 0, rest: ["missed", "deadline", "10"]),
    ])
    func slotsOfADowntimeAreAccountedFor(_ row: Row) throws {
        // The slot of each hour was five minutes ago, so that it was missed, and none comes soon.
        let minute = (Int(Date().timeIntervalSince1970) / 60 + 55) % 60
        let site = try Site(jobs: ["hourly": Jobs.append("log", schedule: "\(minute) * * * *", extra: "catch_up: \(row.policy)")])
        try site.daemon().stop()
        let ledger = site.ledger
        try ledger.edit("UPDATE cursors SET accounted_to = accounted_to - 36000000")
        try ledger.edit("UPDATE clock SET last_seen = last_seen - 36000000")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: row.caughtUp, of: daemon)
        try site.wait("SELECT sum(count) FROM occurrences", atLeast: 10, of: daemon)
        try daemon.stop()
        let rows = try ledger.rows("SELECT account, coalesce(reason, ''), count FROM occurrences ORDER BY slot")
        #expect(rows.filter { $0[0] != "caught_up" } == [row.rest].filter { !$0.isEmpty })
        #expect(rows.count { $0[0] == "caught_up" } == row.caughtUp)
        #expect(try ledger.number("SELECT count(*) FROM runs WHERE trigger = 'catch_up'") == row.caughtUp)
        #expect(Files.lines("\(site.marks)/log").count == row.caughtUp)
        let order = try ledger.column("SELECT slot FROM runs ORDER BY started_at, id")
        #expect(order == order.sorted(), "the oldest slot runs first")
        try SlotBook(site).check(job: "hourly", step: 3_600_000)
    }
}
