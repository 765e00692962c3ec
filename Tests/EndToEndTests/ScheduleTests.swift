import Foundation
import Testing

/// When jobs run, for real: the built daemon and second-grained schedules.
@Suite(.ownThread)
struct ScheduleTests {
    @Test(arguments: ["* * * * * *", "@every 1s"])
    func eachSecondHasItsRowAndItsRun(_ schedule: String) throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: schedule)])
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 3, of: daemon)
        #expect(try daemon.stop() == .exited(0))
        try SlotBook(site).check(job: "beat")
    }

    @Test func theWordRebootMeansOneRunPerBoot() throws {
        let site = try Site(jobs: ["once": Jobs.append("once", schedule: "@reboot"), "beat": Jobs.append("beat", schedule: "* * * * * *")])
        let first = try site.daemon()
        try site.marks("once", of: first)
        #expect(try first.stop() == .exited(0))
        let second = try site.daemon()
        try site.marks("beat", atLeast: Files.lines("\(site.marks)/beat").count + 2, of: second)
        #expect(try second.stop() == .exited(0))
        #expect(Files.lines("\(site.marks)/once").count == 1)
        #expect(try site.ledger.number("SELECT count(*) FROM occurrences JOIN jobs ON jobs.id = job WHERE name = 'once'") == 1)
    }

    @Test func jitterIsStoredAndStaysOverARestart() throws {
        let site = try Site(jobs: ["late": Jobs.append("late", schedule: "* * * * * *", extra: "jitter: 2s")])
        let first = try site.daemon()
        try site.marks("late", of: first)
        try first.stop()
        let before = try site.ledger.rows("SELECT jitter_ms, jitter_span_ms FROM cursors")
        let second = try site.daemon()
        try site.marks("late", atLeast: Files.lines("\(site.marks)/late").count + 1, of: second)
        try second.stop()
        #expect(try site.ledger.rows("SELECT jitter_ms, jitter_span_ms FROM cursors") == before)
        #expect(before[0][1] == "2000")
        #expect(try site.ledger.column("SELECT DISTINCT due_at - slot FROM runs WHERE trigger = 'schedule'") == [before[0][0]])
        #expect(try site.ledger.number("SELECT count(*) FROM runs WHERE started_at < due_at") == 0)
    }

    @Test func aDisabledJobStaysSilentAndSaysSoWhenItSpeaksAgain() throws {
        let beat = Jobs.append("beat", schedule: "* * * * * *")
        let site = try Site(jobs: ["beat": beat, "mute": Jobs.append("mute", schedule: "* * * * * *", extra: "enabled: false")])
        let first = try site.daemon()
        #expect(first.output.contains("disabled"))
        try site.marks("beat", atLeast: 3, of: first)
        try first.stop()
        #expect(!Files.exists("\(site.marks)/mute"))
        try site.job("mute", Jobs.append("mute", schedule: "* * * * * *"))
        let second = try site.daemon()
        try site.marks("mute", of: second)
        try second.stop()
        let silent = try site.ledger.rows(
            "SELECT account, reason, detail, count FROM occurrences JOIN jobs ON jobs.id = job WHERE name = 'mute' ORDER BY occurrences.id")
        #expect(silent[0][..<3] == ["skipped", "disabled", "the job was disabled"])
        #expect(try #require(Int(silent[0][3])) >= 2)
        try SlotBook(site).check(job: "mute")
    }

    @Test func aJobAfterAnotherStartsWhenThatSucceeded() throws {
        let site = try Site(jobs: [
            "first": Jobs.shell("echo first >>MARKS/first; test -e MARKS/good", schedule: "* * * * * *"),
            "second": Jobs.shell("echo second >>MARKS/second", schedule: nil, extra: "after: first"),
        ])
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed'", atLeast: 2, of: daemon)
        #expect(!Files.exists("\(site.marks)/second"))
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        try site.wait("SELECT count(*) FROM runs WHERE trigger = 'after' AND state = 'succeeded'", of: daemon)
        try daemon.stop()
    }

    @Test func aSlotWaitsForItsConditionAndIsSkippedWhenTheNextComesFirst() throws {
        let site = try Site(jobs: [
            "first": Jobs.shell("test -e MARKS/good", schedule: "* * * * * *"),
            "second": Jobs.append("second", schedule: "* * * * * *", extra: "after: first"),
        ])
        let daemon = try site.daemon()
        let skipped = "SELECT count(*) FROM occurrences WHERE account = 'skipped' AND reason = 'condition'"
        try site.wait(skipped, atLeast: 2, of: daemon)
        #expect(!Files.exists("\(site.marks)/second"))
        #expect(try site.ledger.number("SELECT count(*) FROM occurrences WHERE account = 'waiting' AND detail = 'waits for first'") == 1)
        try "".write(toFile: "\(site.marks)/good", atomically: true, encoding: .utf8)
        try site.marks("second", of: daemon)
        try daemon.stop()
        let held = try site.ledger.number("SELECT count(*) FROM occurrences WHERE detail = 'its condition held' AND account = 'ran'")
        #expect(held >= 1)
    }
}
