import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Processes: alive, dead, another one, hidden; what they use.
@Suite struct ProcessTests {
    private let site: Site

    init() throws { site = try Site() }

    /// A program that runs until the test ends it.
    private final class Child: Sendable {
        let pid: pid_t

        init(_ words: String...) throws {
            var list: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
            defer { list.forEach { free($0) } }
            var child: pid_t = 0
            try #require(posix_spawnp(&child, words[0], nil, nil, &list, environ) == 0)
            pid = child
        }

        /// Ends it, and leaves it uncollected.
        func kill() throws {
            Glibc.kill(pid, SIGKILL)
            var info = siginfo_t()
            try #require(waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == 0)
        }

        func collect() { waitpid(pid, nil, 0) }

        deinit {
            Glibc.kill(pid, SIGKILL)
            waitpid(pid, nil, WNOHANG)
        }
    }

    private func look(
        _ process: String, _ scene: CheckScene? = nil, keeping memory: inout ProcessHealth.Memory?,
        systemctl: String = "/nonexistent/systemctl"
    ) throws -> [WireEvent.Check] {
        let check = try check(ProcessHealth.self, #"{"processes": {"bot": {\#(process)}}}"#, common: #"{"systemctl": "\#(systemctl)"}"#)
        return check.look(try scene ?? site.machine(), memory: &memory)
    }

    private func pidFile(_ pid: pid_t) throws -> String { try site.write("bot.pid", "\(pid)\n") }

    @Test func aFIFOInPlaceOfAPIDFileKeepsNobodyWaiting() throws {
        let fifo = try site.write("pipe.pid", "") + ".fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        var memory: ProcessHealth.Memory?
        let result = try look(#""pid_file": "\#(fifo)""#, keeping: &memory)["bot"]
        #expect(result.state != .ok && result.reason?.contains("pipe.pid.fifo") == true, "\(result)")
    }

    @Test func aRealProcessIsAliveThenAZombieThenGone() throws {
        let child = try Child("sleep", "600")
        let settings =
            #""pid_file": "\#(try pidFile(child.pid))", "command": "sleep 600", "executable": "\#(try site.shell("readlink -f $(which sleep)").trimmed)""#
        var memory: ProcessHealth.Memory?
        let alive = try look(settings, keeping: &memory)["bot"]
        #expect(alive.state == .ok, "\(alive)")
        #expect(try alive.input("pid") == String(child.pid))
        #expect(try alive.input("command") == "sleep")
        #expect(try alive.input("responsive") == "unknown (no probe is set)")
        try child.kill()
        let zombie = try look(settings, keeping: &memory)["bot"]
        #expect(zombie.state == .critical)
        #expect(zombie.reason == "process \(child.pid) has ended, and nobody has collected it (state Z)")
        child.collect()
        let gone = try look(settings, keeping: &memory)["bot"]
        #expect(gone.state == .critical)
        #expect(gone.reason == "there is no process \(child.pid)")
    }

    @Test func itsNumbersAreThoseOfProcAndPs() throws {
        let child = try Child("sleep", "601")
        let file = try pidFile(child.pid)
        var memory: ProcessHealth.Memory?
        var results = try look(#""pid_file": "\#(file)""#, keeping: &memory)
        func isAsTheKernelSays() throws -> Bool {
            let status = KernelTable(try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8))
            let rollup = KernelTable(try String(contentsOfFile: "/proc/\(child.pid)/smaps_rollup", encoding: .utf8))
            let bytes = Int64(try #require(try results["bot memory"].value))
            // The kernel's quick count in status may lag behind by a few pages.
            return [rollup["Rss"], status["VmRSS"]].contains(bytes / 1024)
        }
        // A program that is being loaded still grows between two looks.
        for _ in 0..<1000 where try !isAsTheKernelSays() { results = try look(#""pid_file": "\#(file)""#, keeping: &memory) }
        #expect(try isAsTheKernelSays())
        let uptime = try #require(try results["bot"].value)
        let elapsed = try #require(Double(try site.shell("ps -o etimes= -p \(child.pid)").trimmed))
        #expect(uptime <= elapsed + 1.5 && elapsed <= uptime + 60, "\(uptime) and \(elapsed)")
    }

    @Test func aStoppedProcessIsAWarning() throws {
        let child = try Child("sleep", "602")
        kill(child.pid, SIGSTOP)
        var info = siginfo_t()
        try #require(waitid(P_PID, id_t(child.pid), &info, WSTOPPED | WNOWAIT) == 0)
        var memory: ProcessHealth.Memory?
        let result = try look(#""pid_file": "\#(try pidFile(child.pid))""#, keeping: &memory)["bot"]
        #expect(result.state == .warning)
        #expect(result.reason == "process \(child.pid) is stopped by a signal or a debugger")
    }

    @Test func aNumberThatWentToAnotherProcessIsDead() throws {
        let child = try Child("sleep", "603")
        let file = try pidFile(child.pid)
        var memory: ProcessHealth.Memory?
        // The file is an hour older than the process.
        try site.shell("touch -d '1 hour ago' bot.pid")
        let reused = try look(#""pid_file": "\#(file)""#, keeping: &memory)["bot"]
        #expect(reused.state == .critical)
        #expect(reused.reason?.hasPrefix("process \(child.pid) began ") == true, "\(reused)")
        #expect(reused.reason?.hasSuffix(" s after its PID file was written: it is another one") == true)
        try site.shell("touch -d '1980-01-01' bot.pid")
        #expect(
            try look(#""pid_file": "\#(file)""#, keeping: &memory)["bot"].reason
                == "the PID file is older than the boot: \(child.pid) is another process")
        try site.shell("touch bot.pid")
        let other = try look(#""pid_file": "\#(file)", "command": "main.py""#, keeping: &memory)["bot"]
        #expect(other.state == .critical)
        #expect(other.reason == "process \(child.pid) is another one: its command line is sleep 603, without main.py")
        #expect(try look(#""pid_file": "\#(file)", "executable": "/bin/other""#, keeping: &memory)["bot"].state == .critical)
    }

    @Test func oneThatWasFoundStaysTheSameWhenTheClockIsSet() throws {
        let child = try Child("sleep", "608")
        let file = try pidFile(child.pid)
        var memory: ProcessHealth.Memory?
        var scene = try site.machine()
        #expect(try look(#""pid_file": "\#(file)""#, scene, keeping: &memory)["bot"].state == .ok)
        // By a time service, after the machine was paused; and by more than the time since the boot.
        for step: Double in [60, 86_400 * 400] {
            scene.now = try site.machine().now.addingTimeInterval(step)
            let result = try look(#""pid_file": "\#(file)""#, scene, keeping: &memory)["bot"]
            #expect(result.state == .ok, "\(result)")
            scene.bootTime += .seconds(20)
        }
        // Another file, with the same number in it, is doubted as before.
        try site.shell("touch -d '1 hour ago' bot.pid")
        #expect(try look(#""pid_file": "\#(file)""#, scene, keeping: &memory)["bot"].state == .critical)
    }

    @Test(arguments: [
        ("", "there is no PID file"), ("none\n", "does not hold the number of a process"),
        ("-5\n", "does not hold the number of a process"),
    ])
    func aPIDFileThatSaysNothing(_ text: String, _ reason: String) throws {
        let file = text.isEmpty ? site.path + "/missing" : try site.write("bot.pid", text)
        var memory: ProcessHealth.Memory?
        let result = try look(#""pid_file": "\#(file)""#, keeping: &memory)["bot"]
        #expect(result.state == (text.isEmpty ? .critical : .unknown))
        #expect(result.reason?.contains(reason) == true, "\(result)")
    }

    /// /proc of a tree, so that every tick is known.
    private func proc(_ pid: Int32, state: Character = "S", user: Int = 10, system: Int = 5, started: Int = 5000, rss: Int = 2048) throws {
        let rest = (0..<20).map { _ in "0" }.joined(separator: " ")
        try site.write(
            "proc/\(pid)/stat",
            "\(pid) (a) b (c) \(state) 1 1 1 0 -1 4194304 1 0 0 0 \(user) \(system) 0 0 20 0 1 0 \(started) 1 1 \(rest)\n")
        try site.write("proc/\(pid)/status", "Name:\ta) b (c\nVmRSS:\t    \(rss) kB\n")
    }

    private func units(_ text: String) throws -> String { try site.systemctl(text) }

    @Test func ofAUnitIsItsMainProcess() throws {
        try proc(77)
        let program = try units(
            "Id=bot.service\nLoadState=loaded\nActiveState=active\nSubState=running\nMainPID=77\nInvocationID=abc\nNRestarts=2\nResult=success\n"
        )
        var memory: ProcessHealth.Memory?
        let settings = #""unit": "bot.service", "cpu": {"warning": 50}, "memory": {"warning": "1M", "critical": "2M"}"#
        let first = try look(settings, site.scene(at: 1000), keeping: &memory, systemctl: program)
        #expect(try first["bot"].told == "ok 950 s", "1000 s after the boot, begun at 50")
        #expect(try first["bot"].input("command") == "a) b (c")
        #expect(try first["bot"].input("InvocationID") == "abc")
        #expect(try first["bot"].input("create_time") == "2027-01-15T08:00:50Z")
        #expect(try first["bot memory"].told == "critical 2097152 bytes")
        #expect(try first["bot cpu"].state == .unknown)
        try proc(77, user: 700, system: 315)
        let second = try look(settings, site.scene(at: 1020), keeping: &memory, systemctl: program)
        #expect(try second["bot cpu"].told == "warning 50 %", "10 s of processor time in 20 s")
        try proc(77, user: 900, started: 90_000)
        let other = try look(settings, site.scene(at: 1040), keeping: &memory, systemctl: program)
        #expect(try other["bot cpu"].state == .unknown, "another process under the same number")
    }

    @Test(arguments: [
        (
            "ActiveState=failed\nSubState=failed\nResult=exit-code\nMainPID=0", "critical",
            "bot.service: the unit is failed (failed), result exit-code"
        ),
        (
            "ActiveState=activating\nSubState=auto-restart\nResult=signal\nMainPID=0", "critical",
            "bot.service: it ended (signal) and waits for its restart"
        ),
        ("ActiveState=inactive\nSubState=dead\nResult=success\nMainPID=0", "critical", "bot.service: the unit is inactive (dead)"),
    ])
    func aUnitWithoutAProcessIsDead(_ properties: String, _ state: String, _ reason: String) throws {
        let program = try units("LoadState=loaded\n\(properties)\n")
        var memory: ProcessHealth.Memory?
        let result = try look(#""unit": "bot.service""#, site.scene(), keeping: &memory, systemctl: program)["bot"]
        #expect(result.state.rawValue == state)
        #expect(result.reason == reason)
    }

    @Test func withoutSystemdAUnitIsUnknown() throws {
        let program = try site.systemctl(
            "", status: 1,
            errors:
                "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n")
        var memory: ProcessHealth.Memory?
        let result = try look(#""unit": "bot.service""#, site.scene(), keeping: &memory, systemctl: program)["bot"]
        #expect(result.state == .unknown)
        #expect(result.reason == "\(program) show ended with status 1: Failed to connect to bus: Host is down")
        let missing = try look(#""unit": "bot.service""#, site.scene(), keeping: &memory)["bot"]
        #expect(missing.reason == "/nonexistent/systemctl cannot be started: No such file or directory")
    }

    @Test(arguments: [("true", "ok", "yes"), ("false", "critical", "no"), ("/no/such/probe", "unknown", "unknown (no probe is set)")])
    func aProbeSaysWhetherItAnswers(_ program: String, _ state: String, _ responsive: String) throws {
        let child = try Child("sleep", "604")
        var memory: ProcessHealth.Memory?
        let results = try look(#""pid_file": "\#(try pidFile(child.pid))", "probe": ["\#(program)"]"#, keeping: &memory)
        #expect(try results["bot responsive"].state.rawValue == state)
        #expect(try results["bot"].input("responsive") == responsive)
    }

    @Test func whatAProbeIsToldAndRepeatsIsNotShown() throws {
        let child = try Child("sleep", "604")
        let probe = try site.script("probe", "#!/bin/sh\necho no answer at redis://:hunter2@db, --password hunter2 >&2\nexit 1\n")
        let file = try pidFile(child.pid)
        var memory: ProcessHealth.Memory?
        let results = try look(#""pid_file": "\#(file)", "probe": ["\#(probe)", "--password", "hunter2"]"#, keeping: &memory)
        let result = try results["bot responsive"]
        #expect(result.reason == "the probe ended with status 1: no answer at redis://***@db, --password ***")
        #expect(try result.input("probe") == probe)
        #expect(!"\(results)".contains("hunter2"))
        let secret = try Child("sh", "-c", "sleep 604; :", "--token", "hunter2")
        let other = try look(#""pid_file": "\#(try pidFile(secret.pid))", "command": "main.py""#, keeping: &memory)["bot"]
        #expect(other.reason?.hasSuffix("its command line is sh -c sleep 604; : --token ***, without main.py") == true, "\(other)")
    }

    @Test func aProbeThatHangsIsEndedAtTheDeadline() throws {
        let child = try Child("sleep", "605")
        let settings =
            #"{"processes": {"bot": {"pid_file": "\#(try pidFile(child.pid))", "probe": ["sh", "-c", "sleep 606 & echo $! > \#(site.path)/probe; wait"]}}}"#
        let check = try check(ProcessHealth.self, settings, common: #"{"deadline": "3s"}"#)
        var memory: ProcessHealth.Memory?
        let result = check.look(try site.machine(), memory: &memory)
        #expect(try result["bot responsive"].reason == "sh had not ended after 3s")
        let sleeping = try #require(pid_t(try site.text("probe").trimmed))
        // Its children are ended with it. Their parent may still have to collect them: a zombie does nothing any more.
        try site.shell("timeout 60 sh -c 'while grep -q \"^State:.[^ZX]\" /proc/\(sleeping)/status 2>/dev/null; do sleep 0.05; done'")
    }

    @Test func theLineOfAProcessIsReadAfterTheLastBracket() throws {
        let line = "42 (evil) R 9 9) S 1 42 42 0 -1 4194560 1 2 3 4 11 22 5 6 20 0 1 0 777 8 9\n"
        let stat = try #require(ProcessStat(line))
        #expect((stat.pid, stat.state, stat.ticks, stat.started) == (42, "S", 33, 777))
        #expect(stat.command == "evil) R 9 9")
        #expect(ProcessStat("42 (x) S 1\n") == nil)
        #expect(ProcessStat("") == nil)
    }
}
