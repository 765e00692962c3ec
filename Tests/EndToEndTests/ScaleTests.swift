import Foundation
import Glibc
import Testing

/// Many jobs at once.
@Suite(.ownThread)
struct ScaleTests {
    @Test func aThousandSlotsOfOneSecondAllRunOnce() throws {
        let site = try Site()
        try site.configure("max_runs: 100\n")
        for number in 0..<1000 {
            try site.job("j\(number)", "uses: command\nschedule: \"@reboot\"\nwith: {argv: [/bin/true]}\n")
        }
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 1000, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(try site.ledger.rows("SELECT count(*), count(DISTINCT job), max(attempt) FROM runs") == [["1000", "1000", "1"]])
        // One look at the clock, one transaction for all of them.
        #expect(try site.ledger.number("SELECT count(DISTINCT claimed_at) FROM runs") == 1)
    }

    @Test func ofTenThousandFilesOneThatChangesIsRead() throws {
        let site = try Site()
        let text = Array("uses: command\nschedule: \"0 0 1 1 *\"\nwith: {argv: [/bin/true]}\n".utf8)
        for number in 0..<10_000 {
            let file = open("\(site.jobsFolder)/j\(number).yaml", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
            try #require(write(file, text, text.count) == text.count)
            close(file)
        }
        let daemon = try site.daemon()
        #expect(daemon.errors.contains("ready jobs=10000"))
        #expect(daemon.output.contains("\nj1 ") && daemon.output.contains("\n… and 9900 more; `acore-sched list` shows them all\n"))
        try site.job("j77", Jobs.append("log", schedule: "* * * * * *"))
        try site.marks("log", of: daemon)
        try site.wait("the report", of: daemon) {
            daemon.errors.contains("job files: 0 added, 1 changed, 0 removed, 9999 unchanged") ? true : nil
        }
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }
}
