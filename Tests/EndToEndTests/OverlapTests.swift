import Foundation
import Testing

/// What a slot does while an earlier run goes on.
@Suite(.ownThread)
struct OverlapTests {
    private func site(_ policy: String, limits: String = "") throws -> Site {
        let site = try Site(jobs: ["busy": Jobs.gated("gate", schedule: "* * * * * *", extra: "overlap: \(policy)\(limits)")])
        try site.gate("gate")
        return site
    }

    @Test func skipRecordsTheSlotsThatComeWhileARunGoesOn() throws {
        let site = try site("skip")
        let daemon = try site.daemon()
        let skipped = "SELECT count(*) FROM occurrences WHERE account = 'skipped' AND reason = 'overlap'"
        try site.wait(skipped, atLeast: 2, of: daemon)
        #expect(try site.ledger.column("SELECT run FROM runs").count == 1)
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 2, of: daemon)
        try daemon.stop()
        let run = try #require(try site.ledger.column("SELECT run FROM runs ORDER BY id").first)
        #expect(try site.ledger.column("SELECT detail FROM occurrences WHERE account = 'skipped'").first == "run \(run) has not ended")
    }

    @Test func queueLetsOneSlotWaitAndSkipsTheNext() throws {
        let site = try site("queue")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM occurrences WHERE detail = 'a slot waits already'", atLeast: 2, of: daemon)
        #expect(try site.ledger.column("SELECT state FROM runs ORDER BY id") == ["running", "due"])
        let waiting = try site.ledger.rows("SELECT run, slot FROM runs WHERE state = 'due'")
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE run = '\(waiting[0][0])' AND state = 'succeeded'", of: daemon)
        try daemon.stop()
        let slot = try site.ledger.rows("SELECT account, slot FROM occurrences WHERE run = '\(waiting[0][0])'")
        #expect(slot == [["ran", waiting[0][1]]])
    }

    @Test func replaceStopsTheEarlierRun() throws {
        let site = try site("replace", limits: "\ngrace: 20s")
        let daemon = try site.daemon()
        let cancelled = "SELECT count(*) FROM runs WHERE state = 'cancelled' AND started_at IS NOT NULL"
        try site.wait(cancelled, atLeast: 2, of: daemon)
        try daemon.stop()
        let summaries = try site.ledger.column("SELECT DISTINCT summary FROM runs WHERE state = 'cancelled' AND started_at IS NOT NULL")
        #expect(summaries == ["stopped on request"])
        let log = Files.lines("\(site.marks)/log")
        #expect(log.allSatisfy { $0.hasPrefix("start ") }, "a replaced run reached its end: \(log)")
        try site.open(gate: "gate")
    }

    @Test func allowRunsThemBesideEachOther() throws {
        let site = try site("allow")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'running'", atLeast: 3, of: daemon)
        try site.marks("log", atLeast: 3, of: daemon)
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 3, of: daemon)
        try daemon.stop()
        #expect(try site.ledger.number("SELECT count(*) FROM occurrences WHERE account = 'skipped'") == 0)
    }

    @Test func aGroupHasOneRunAtATimeUnlessTheDaemonsFileSaysMore() throws {
        let names = ["one", "two", "three", "wide1", "wide2"]
        let site = try Site()
        try site.configure("groups: {wide: 2}\n")
        for name in names {
            try site.gate(name)
            let group = name.hasPrefix("wide") ? "wide" : "disk"
            try site.job(name, Jobs.gated(name, schedule: "@reboot", extra: "group: \(group)"))
        }
        let daemon = try site.daemon()
        let live = "SELECT count(*) FROM runs JOIN jobs ON jobs.id = job WHERE state = 'running' AND"
        try site.wait("\(live) name LIKE 'wide%'", atLeast: 2, of: daemon)
        for started in 1...3 {
            try site.wait("\(live) name NOT LIKE 'wide%'", of: daemon)
            let states = try site.ledger.rows("SELECT name, state FROM runs JOIN jobs ON jobs.id = job WHERE name NOT LIKE 'wide%'")
            #expect(states.count { $0[1] == "running" } == 1)
            #expect(states.count { $0[1] == "due" } == 3 - started)
            try site.open(gate: try #require(states.first { $0[1] == "running" })[0])
            try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: started, of: daemon)
        }
        try site.open(gate: "wide1")
        try site.open(gate: "wide2")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 5, of: daemon)
        try daemon.stop()
    }

    @Test func noMoreRunsGoOnThanTheDaemonsFileAllows() throws {
        let site = try Site()
        try site.configure("max_runs: 2\n")
        let names = ["one", "two", "three"]
        for name in names { try site.job(name, Jobs.gated("gate", schedule: "@reboot")) }
        try site.gate("gate")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'running'", atLeast: 2, of: daemon)
        #expect(try site.ledger.column("SELECT state FROM runs ORDER BY state") == ["due", "running", "running"])
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 3, of: daemon)
        try daemon.stop()
        // A third run began only after one of the first two had ended.
        let log = Files.lines("\(site.marks)/log")
        #expect(log.prefix(3).contains { $0.hasPrefix("end ") }, "\(log)")
    }
}
