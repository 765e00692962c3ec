import Foundation
import Glibc
import Testing

/// What the daemon makes of files that are not as they should be.
@Suite(.ownThread)
struct StartTests {
    private static let beat = Jobs.append("beat", schedule: "* * * * * *")

    @Test func aJobFileWithAnErrorKeepsNoOtherJobOut() throws {
        let site = try Site(jobs: ["beat": Self.beat, "bad": "uses: command\nschedule: \"61 * * * *\"\nwith: {shell: \"true\"}\n"])
        let daemon = try site.daemon()
        #expect(daemon.errors.contains("bad.yaml:2:12: error: "), "\(daemon.errors)")
        try site.marks("beat", atLeast: 2, of: daemon)
        try daemon.stop()
    }

    @Test func anErrorInTheDaemonsOwnFileStopsItsStart() throws {
        let site = try Site(jobs: ["beat": Self.beat])
        try site.configure("max_run: 2\n")
        let daemon = try site.start("daemon")
        #expect(try daemon.wait() == .exited(2))
        #expect(daemon.errors.contains("acore-sched.yaml:1:1: error: "), "\(daemon.errors)")
        #expect(daemon.errors.contains("did you mean max_runs?"), "\(daemon.errors)")
        #expect(!Files.exists(site.state + "/ledger.sqlite"))
    }

    @Test func aDamagedLedgerIsSetAsideAndANewOneBegun() throws {
        let site = try Site(jobs: ["beat": Self.beat])
        try site.daemon().stop()
        let garbage = Array(repeating: UInt8(7), count: 50_000)
        try Data(garbage).write(to: URL(filePath: site.ledger.path))
        let daemon = try site.daemon()
        try site.marks("beat", of: daemon)
        try daemon.stop()
        let aside = Files.below(site.state).filter { $0.contains("ledger") && Files.bytes($0) == garbage }
        #expect(aside.count == 1, "\(Files.below(site.state))")
        #expect(daemon.errors.contains(aside.first ?? "?"), "\(daemon.errors)")
        try SlotBook(site).check(job: "beat")
    }

    @Test func aRunWhoseJobFileIsGoneIsStillRecorded() throws {
        let site = try Site(jobs: ["gone": Jobs.gated("gate", schedule: "@reboot"), "beat": Self.beat])
        try site.gate("gate")
        let first = try site.daemon()
        try site.marks("log", of: first)
        try first.stop()
        unlink("\(site.jobsFolder)/gone.yaml")
        let second = try site.daemon()
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs JOIN jobs ON jobs.id = job WHERE name = 'gone' AND state = 'succeeded'", of: second)
        try second.stop()
    }

    @Test func manyRunsAreTakenOverAtOnce() throws {
        let site = try Site()
        try site.gate("gate")
        for number in 0..<12 { try site.job("long\(number)", Jobs.gated("gate", schedule: "@reboot")) }
        let first = try site.daemon()
        try site.marks("log", atLeast: 12, of: first)
        try first.killNow()
        let second = try site.daemon()
        #expect(second.errors.components(separatedBy: "goes on and is watched again").count == 13, "\(second.errors)")
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", atLeast: 12, of: second)
        try second.stop()
        #expect(Files.lines("\(site.marks)/log").count == 24)
    }

    @Test func anInstallationWithoutItsPartsSaysWhichIsMissing() throws {
        let site = try Site(jobs: ["beat": Self.beat])
        site.programs = site.root + "/bin"
        try Tracer.installPrograms(in: site.programs)
        unlink(site.programs + "/acore-launch")
        let daemon = try site.start("daemon")
        #expect(try daemon.wait() == .exited(1))
        let places = "\(site.programs)/acore-launch nor \(site.programs)/../libexec/acore-sched/acore-launch"
        #expect(daemon.errors.contains("acore-launch is neither \(places)"), "\(daemon.errors)")
    }
}
