import Foundation
import Glibc
import Testing

/// The death of the process that makes launchers.
@Suite(.ownThread)
struct ForkServerTests {
    @Test(
        .enabled(if: Tracer.isThere, "needs strace"),
        // Each server that is started dies there: the second one cannot do what the first could not.
        arguments: [
            DeadlyCall("recvmsg", 1, "failed"), DeadlyCall("clone3", 1, "failed"), DeadlyCall("sendto", 1, "succeeded"),
            DeadlyCall("recvmsg", 2, "succeeded"),
        ])
    func aServerThatIsKilledAtAnyStepStartsNoRunTwice(_ step: DeadlyCall) throws {
        let site = try Site(jobs: ["victim": Jobs.append("log", schedule: "@reboot")])
        site.programs = site.root + "/bin"
        try Tracer.programs(in: site.programs, killingLauncherAt: step.call, count: step.count)
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        let row = try #require(try site.ledger.rows("SELECT state, summary FROM runs").first)
        #expect(row[0] == step.state, "\(row)")
        if step.state == "failed" { #expect(row[1].contains("cannot start the launcher"), "\(row)") }
        #expect(Files.lines("\(site.marks)/log").count == (step.state == "failed" ? 0 : 1))
        try SlotBook(site).check()
    }

    private func server(of daemon: Child) throws -> Int32 {
        try #require(
            Processes.all.first { pid in
                let status = Files.text("/proc/\(pid)/status")
                return status.contains("\nPPid:\t\(daemon.pid)\n") && status.hasPrefix("Name:\tacore-launch\n")
            })
    }

    @Test func aKilledServerIsReplacedAndItsLaunchersGoOn() throws {
        let site = try Site(jobs: [
            "long": Jobs.shell("echo start >>MARKS/long; cat MARKS/gate; exit 5", schedule: nil), "hand": Jobs.shell("true", schedule: nil),
        ])
        try site.gate("gate")
        let daemon = try site.daemon()
        let first = try server(of: daemon)
        #expect(try site.start("run-now", "long", "--detach").wait() == .exited(0))
        try site.marks("long", of: daemon)
        kill(first, SIGKILL)
        try Processes.waitForEnd(first)
        #expect(try site.start("run-now", "hand").wait() == .exited(0), "\(daemon.errors)")
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed' AND exit_code = 5", of: daemon)
        let second = try server(of: daemon)
        #expect(second != first)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(!Processes.isAlive(second), "it outlives its daemon")
    }

    @Test func aServerThatIsKilledWithARequestInItsHandsCostsNoRun() throws {
        let site = try Site(jobs: ["hand": Jobs.shell("echo start >>MARKS/log", schedule: nil)])
        let daemon = try site.daemon()
        let first = try server(of: daemon)
        kill(first, SIGSTOP)
        let command = try site.start("run-now", "hand")
        // The claim is in the ledger before the start.
        try site.wait("SELECT count(*) FROM runs", of: daemon)
        kill(first, SIGKILL)
        #expect(try command.wait() == .exited(0), "\(command.errors)\(daemon.errors)")
        #expect(Files.lines("\(site.marks)/log").count == 1)
        #expect(try site.ledger.number("SELECT count(*) FROM attempts") == 1)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aServerEndsWithAKilledDaemon() throws {
        let site = try Site(jobs: ["hand": Jobs.shell("true", schedule: nil)])
        let daemon = try site.daemon()
        let first = try server(of: daemon)
        try daemon.killNow()
        try Processes.waitForEnd(first)
    }
}
