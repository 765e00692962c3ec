import Foundation
import Glibc
import Testing

/// Programs that behave badly, under the built daemon.
@Suite(.ownThread)
struct ProgramTests {
    /// One run of a line for the shell, to its end.
    private func ended(_ line: String, extra: String = "") throws -> (site: Site, run: String, row: [String]) {
        let site = try Site(jobs: ["odd": Jobs.shell(line, schedule: "@reboot", extra: extra)])
        try site.gate("gate")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: daemon)
        try daemon.stop()
        let row = try #require(try site.ledger.rows("SELECT run, state, summary, exit_code, signal FROM runs").first)
        return (site, row[0], row)
    }

    @Test func aProgramThatForksAwayIsEndedWithItsRun() throws {
        let (_, run, row) = try ended("(setsid -f sh -c \"(cat MARKS/gate; :) & cat MARKS/gate\"); echo away")
        #expect(row[1] == "succeeded")
        #expect(row[2].contains("left-over process"), "\(row[2])")
        #expect(Processes.ofRun(run) == [])
    }

    @Test func aProgramThatDiesBySIGSEGVHasFailed() throws {
        let (_, _, row) = try ended("kill -SEGV $$")
        #expect(row[1...] == ["failed", "ended by signal 11 (SEGV)", "-", "11"])
    }

    @Test func linesThatLookLikeTheWireAreOutputLikeAnyOther() throws {
        let line = """
            printf "%s\\n" "{broken" "{\\"t\\":\\"result\\",\\"outcome\\":\\"succeeded\\",\\"summary\\":\\"forged\\"}" "\\\\0"; exit 5
            """
        let (site, run, row) = try ended(line)
        #expect(row[1...] == ["failed", "exit status 5", "5", "-"])
        let texts = Files.lines("\(site.state)/runs/\(run)/events.jsonl")
        #expect(texts.count == 3)
        #expect(texts.allSatisfy { $0.contains("\"raw\":") }, "\(texts)")
    }

    @Test func aMissingProgramIsSaid() throws {
        let site = try Site(jobs: ["odd": "uses: command\nschedule: \"@reboot\"\nwith:\n  argv: [/no/such/program]\n"])
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed'", of: daemon)
        try daemon.stop()
        let summary = try #require(try site.ledger.column("SELECT summary FROM runs").first)
        #expect(summary.hasPrefix("cannot start: "), "\(summary)")
        #expect(summary.hasSuffix("No such file or directory"), "\(summary)")
    }

    @Test func aRunHasTheEnvironmentOfItsFileAndNothingOfTheDaemons() throws {
        let site = try Site(jobs: [
            "odd": Jobs.shell("env >>MARKS/env; pwd >>MARKS/pwd", schedule: "@reboot", extra: "environment: {COLOUR: blue}")
        ])
        site.more = ["LD_PRELOAD_NOT": "1", "COLOUR": "red", "NOTIFY_SOCKET": "/nowhere"]
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        try daemon.stop()
        let names = Set(Files.lines("\(site.marks)/env").compactMap { $0.split(separator: "=").first.map(String.init) })
        #expect(names.isDisjoint(with: ["LD_PRELOAD_NOT", "NOTIFY_SOCKET", "ACORE_SCHED_CONFIG", "CREDENTIALS_DIRECTORY"]), "\(names)")
        #expect(Files.lines("\(site.marks)/env").contains("COLOUR=blue"))
        #expect(Files.lines("\(site.marks)/pwd") == ["\(site.state)/jobs/odd"])
    }

    @Test(.enabled(if: geteuid() == 0, "only root starts jobs as somebody else"))
    func aRunAsSomebodyElseHasItsFoldersAndNoMore() throws {
        let line = "id -un; touch here $TMPDIR/there; cat LEDGER && exit 9; exit 0"
        let site = try Site()
        try site.job(
            "odd",
            Jobs.shell(
                line.replacingOccurrences(of: "LEDGER", with: site.state + "/ledger.sqlite"), schedule: "@reboot", extra: "run_as: nobody"))
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: daemon)
        try daemon.stop()
        let run = try #require(site.runs.first)
        #expect(try site.ledger.column("SELECT state FROM runs") == ["succeeded"], "\(Files.text("\(site.state)/runs/\(run)/stderr.log"))")
        #expect(Files.text("\(site.state)/runs/\(run)/events.jsonl").contains("\"raw\":\"nobody\""))
        #expect(Files.exists("\(site.state)/jobs/odd/here"))
    }

    @Test func aBurstOfJobsKeepsToTheLimitAndLosesNone() throws {
        let site = try Site()
        for number in 0..<50 {
            try site.job("job\(number)", Jobs.shell("echo start >>MARKS/log; echo end >>MARKS/log", schedule: "@reboot"))
        }
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 50, of: daemon)
        try daemon.stop()
        var live = 0
        var most = 0
        for line in Files.lines("\(site.marks)/log") {
            live += line == "start" ? 1 : -1
            most = max(most, live)
        }
        #expect(live == 0)
        #expect(most <= 16, "\(most) at once")
        try SlotBook(site).check()
    }

    @Test(arguments: [false, true])
    func aFloodIsBoundedOnDiskWhetherOrNotADaemonWatches(isWatched: Bool) throws {
        let line = "echo start >>MARKS/log; cat MARKS/gate; head -c 1073741824 /dev/zero | tr \"\\\\0\" \"x\" | fold -w 200; exit 4"
        let site = try Site(jobs: ["flood": Jobs.shell(line, schedule: "@reboot")])
        try site.gate("gate")
        let first = try site.daemon()
        try site.marks("log", of: first)
        if !isWatched { try first.killNow() }
        try site.open(gate: "gate")
        let run = try #require(site.runs.first)
        try site.wait(file: "\(site.state)/runs/\(run)/exit.json")
        let last = isWatched ? first : try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed'", of: last)
        try last.stop()
        let folder = "\(site.state)/runs/\(run)"
        let kept = Files.below(folder).reduce(0) { $0 + Files.bytes($1).count }
        #expect(kept <= 16 << 20 + 64 << 10, "\(kept) bytes")
        #expect(kept > 15 << 20, "\(kept) bytes")
        #expect(Files.lines("\(folder)/events.jsonl").last?.contains("output beyond 16 MiB is not kept") == true)
        let summary = try site.ledger.column("SELECT summary FROM runs")
        #expect(summary == ["exit status 4 (output beyond its bound was not kept)"])
    }
}
