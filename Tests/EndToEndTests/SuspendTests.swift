import Foundation
import Glibc
import Testing

/// A daemon that is stopped and goes on, as after a suspend.
@Suite(.ownThread)
struct SuspendTests {
    /// Real seconds pass, as a second daemon counts them.
    private func pass(seconds: Int) throws {
        let other = try Site(jobs: ["tick": Jobs.append("tick", schedule: "* * * * * *")])
        let clock = try other.daemon()
        try other.marks("tick", atLeast: seconds, of: clock)
        #expect(try clock.stop() == .exited(0))
    }

    @Test func slotsOfTheStopAreAccountedForAndDeadlinesAreKept() throws {
        let site = try Site(jobs: [
            "none": Jobs.append("none", schedule: "* * * * * *", extra: "catch_up: {mode: none}"),
            "last": Jobs.append("last", schedule: "* * * * * *", extra: "catch_up: {mode: last}"),
            "all": Jobs.append("all", schedule: "* * * * * *", extra: "catch_up: {mode: all, max: 100}\noverlap: allow"),
            "long": Jobs.shell("echo start >>MARKS/long; exec sleep 600", schedule: nil, extra: "timeout: 3s\ngrace: 1s"),
        ])
        let daemon = try site.daemon()
        for name in ["none", "last", "all"] { try site.marks(name, atLeast: 2, of: daemon) }
        #expect(try site.start("run-now", "long", "--detach").wait() == .exited(0))
        try site.marks("long", of: daemon)
        daemon.signal(SIGSTOP)
        try pass(seconds: 34)
        let before = try site.ledger.number("SELECT max(slot) FROM occurrences")
        daemon.signal(SIGCONT)
        try site.wait("SELECT count(*) FROM runs WHERE state = 'timed_out'", of: daemon)
        try site.wait("SELECT count(*) FROM occurrences WHERE account = 'ran' AND slot > \(before + 36_000)", atLeast: 3, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        for name in ["none", "last", "all"] {
            try SlotBook(site).check(job: name)
            try SlotBook(site).check(marks: name)
        }
        let missed = "SELECT name, account, reason, count >= 30 FROM occurrences JOIN jobs ON jobs.id = job WHERE account = 'missed'"
        #expect(try site.ledger.rows(missed + " ORDER BY name") == [["last", "missed", "down", "1"], ["none", "missed", "down", "1"]])
        let caughtUp = "SELECT count(*) FROM occurrences JOIN jobs ON jobs.id = job WHERE account = 'caught_up' AND name = 'all'"
        #expect(try site.ledger.number(caughtUp) >= 30)
        let long = try site.ledger.rows("SELECT ended_at - started_at < 5500 FROM runs WHERE state = 'timed_out'")
        #expect(long == [["1"]], "the launcher kept the deadline while the daemon could not")
    }
}
