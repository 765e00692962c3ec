import CronSchedule
import Foundation
import Testing

/// `explain` on what a daemon that was killed left behind.
@Suite(.ownThread)
struct ExplainTests {
    @Test func aSlotOfADowntimeNamesTheDowntime() throws {
        // The slot of each hour was five minutes ago, so that it was missed, and none comes soon.
        let minute = (Int(Date().timeIntervalSince1970) / 60 + 55) % 60
        let site = try Site(jobs: [
            "hourly": Jobs.append("log", schedule: "\(minute) * * * *", extra: "catch_up: {mode: none}"),
            "second": Jobs.append("marks", schedule: "* * * * * *", extra: "catch_up: {mode: none}"),
        ])
        let first = try site.daemon()
        try site.wait("SELECT count(*) FROM occurrences", atLeast: 2, of: first)
        try first.killNow()
        // Ten hours pass.
        for change in [
            "occurrences SET slot = slot - 36000000, decided_at = decided_at - 36000000", "events SET at = at - 36000000",
            "cursors SET accounted_to = accounted_to - 36000000", "clock SET last_seen = last_seen - 36000000",
        ] { try site.ledger.edit("UPDATE \(change)") }
        let lastSign = try site.ledger.number("SELECT max(decided_at) FROM occurrences")
        let second = try site.daemon()
        try site.wait("SELECT sum(count) FROM occurrences WHERE account = 'missed' AND count = 10", atLeast: 10, of: second)
        let slot = try site.ledger.number("SELECT slot FROM occurrences WHERE account = 'missed' AND count = 10") - 4 * 3_600_000
        let started = try site.ledger.number("SELECT max(at) FROM events WHERE kind = 'started'")
        let asked = Instant(milliseconds: Int64(slot)).description
        let child = try site.start("explain", "hourly", "--json", "--at", asked)
        #expect(try child.wait() == .exited(0), "\(child.errors)")
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(child.output.utf8)) as? [String: Any])
        #expect(answer["verdict"] as? String == "missed")
        #expect(answer["reason"] as? String == "down")
        #expect(answer["slot"] as? String == asked)
        let sentence = try #require(answer["sentence"] as? String)
        let (from, until) = (Self.text(lastSign), Self.text(started))
        #expect(
            sentence
                == "it did not run: missed (down): no daemon ran from \(from) (its last sign; it did not say that it stops) to \(until)")
        let facts = try #require(answer["facts"] as? [[String: String]])
        #expect(facts.contains { $0["source"] == "event" && $0["text"] == "the daemon started" })
        try second.stop()
    }

    @Test func whatRanAndWhatGoesOnIsExplainedBesideTheDaemon() throws {
        let site = try Site(jobs: ["gated": Jobs.gated("gate", schedule: "* * * * * *")])
        mkfifo("\(site.marks)/gate", 0o644)
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM occurrences WHERE reason = 'overlap'", of: daemon)
        let run = try #require(try site.ledger.column("SELECT run FROM runs").first)
        let skipped = try site.ledger.number("SELECT min(slot) FROM occurrences WHERE reason = 'overlap'")
        let child = try site.start("explain", "gated", "--at", Instant(milliseconds: Int64(skipped)).description)
        #expect(try child.wait() == .exited(0), "\(child.errors)")
        #expect(child.output.hasPrefix("it did not run: skipped (overlap): run \(run) has not ended\n"), "\(child.output)")
        #expect(child.output.contains("under way then (by its schedule): run \(run)"), "\(child.output)")
        let standing = try site.start("explain", "gated")
        #expect(try standing.wait() == .exited(0), "\(standing.errors)")
        #expect(standing.output.hasPrefix("gated: it is running: run \(run)"), "\(standing.output)")
        try daemon.stop()
    }

    /// To the second, as people read it.
    private static func text(_ milliseconds: Int) -> String { Instant(seconds: Int64(milliseconds / 1000)).iso8601(offset: 0) }
}
