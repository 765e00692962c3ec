import Foundation
import Glibc
import Testing

/// What every kind keeps to, whatever it is written in.
@Suite(.ownThread)
struct ContractTests {
    @Test(arguments: Subject.all)
    func describesItselfOnOneLine(_ subject: Subject) throws {
        let site = try subject.site()
        let child = try Child(subject.program(on: site) + ["describe"], environment: site.environment, files: site.root + "/describe")
        #expect(try child.wait() == .exited(0), "\(child.errors)")
        #expect(child.output.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
        let description = try #require(try JSONSerialization.jsonObject(with: Data(child.output.utf8)) as? [String: Any])
        #expect(description["v"] as? Int == 1)
        #expect(description["kind"] as? String == subject.kind)
        #expect((description["summary"] as? String)?.isEmpty == false)
        let settings = try #require(description["settings"] as? [[String: Any]])
        #expect(!settings.isEmpty)
        for setting in settings {
            #expect((setting["name"] as? String)?.wholeMatch(of: #/[a-z][a-z0-9_]*/#) != nil, "\(setting)")
            #expect((setting["type"] as? [String: Any])?["type"] is String, "\(setting)")
            #expect((setting["help"] as? String)?.isEmpty == false, "\(setting)")
        }
        let shown = try site.start("plugins", "show", subject.kind, "--json")
        #expect(try shown.wait() == .exited(0), "\(shown.errors)")
        #expect(shown.output.contains("\"kind\":\"\(subject.kind)\""))
    }

    @Test(arguments: Subject.all)
    func answersEachLineOfSettingsWithALineOfFindings(_ subject: Subject) throws {
        let site = try subject.site()
        let words = subject.program(on: site) + ["check"]
        let script = "printf '%s\\n%s\\n%s\\n' '{\"settings\":{}}' '{\"settings\":{\"wait\":true}}' '{\"settings\":{}}' | \"$@\""
        let child = try Child(["/bin/sh", "-c", script, "sh"] + words, environment: site.environment, files: site.root + "/check")
        #expect(try child.wait() == .exited(0), "\(child.errors)")
        let answers = child.output.split(separator: "\n")
        #expect(answers.count == 3)
        for answer in answers {
            #expect(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any] != nil, "\(answer)")
        }
    }

    @Test(arguments: Subject.all)
    func aSettingThatItDoesNotKnowIsRefusedWithItsPlace(_ subject: Subject) throws {
        let site = try subject.site()
        let valid = try site.start("validate")
        #expect(try valid.wait() == .exited(0), "\(valid.output)\(valid.errors)")
        let path = "\(site.jobsFolder)/subject.yaml"
        let text = Files.text(path).replacing("with: {", with: "with: {no_such_setting: 1, ")
        try site.job("subject", text)
        let invalid = try site.start("validate")
        #expect(try invalid.wait() == .exited(2))
        #expect(invalid.output.contains("subject.yaml:4:8: error: with has no setting named no_such_setting"), "\(invalid.output)")
    }

    @Test(arguments: Subject.all)
    func endsWithOneResultThatIsItsLastLine(_ subject: Subject) throws {
        let site = try subject.site()
        let command = try site.start("run-now", "subject")
        #expect(try command.wait() == .exited(0), "\(command.output)\(command.errors)")
        try checkResult(of: subject, on: site, outcome: "succeeded")
        #expect(try site.ledger.column("SELECT state FROM runs") == ["succeeded"])
    }

    @Test(arguments: Subject.all)
    func stopsWithinItsGraceAndStillEndsWithOneResult(_ subject: Subject) throws {
        let site = try subject.site(settings: subject.long)
        try site.gate("gate")
        if subject.kind == "backup" { try site.makeLargeFile() }
        let command = try site.start("run-now", "subject")
        try site.waitForOutput(of: command)
        let run = try #require(site.runs.first)
        command.signal(SIGTERM)
        #expect(try command.wait(patience: 120_000) == .exited(8), "\(command.output)\(command.errors)")
        // It ended by itself: whoever is not gone after the grace ends by a signal and has no exit code.
        let exit = try JSONSerialization.jsonObject(with: Data(Files.bytes("\(site.state)/runs/\(run)/exit.json"))) as? [String: Any]
        #expect(exit?["code"] is Int && exit?["signal"] == nil, "\(exit ?? [:])")
        #expect(Processes.ofRun(run) == [])
        try checkResult(of: subject, on: site, outcome: "failed")
        #expect(try site.ledger.column("SELECT state FROM runs") == ["cancelled"])
    }

    @Test(arguments: Subject.all)
    func leaksNoSecret(_ subject: Subject) throws {
        let secret = ["swordfish", "-\(getpid())-", "plugh"].joined()
        let site = try subject.site(settings: subject.long, extra: "secrets: {TOKEN: \"secret:discord\"}\nschedule: \"@reboot\"")
        try site.gate("gate")
        if subject.kind == "backup" { try site.makeLargeFile() }
        try secret.write(toFile: site.secrets + "/discord", atomically: true, encoding: .utf8)
        chmod(site.secrets + "/discord", 0o400)
        let daemon = try site.daemon()
        try site.waitForOutput(of: daemon)
        let run = try #require(site.runs.first)
        #expect(!Processes.ofRun(run).isEmpty)
        for file in ["cmdline", "environ"] {
            let holders = Processes.all.filter { Data(Files.bytes("/proc/\($0)/\(file)")).range(of: Data(secret.utf8)) != nil }
            #expect(holders == [], "\(file)")
        }
        // The one place: the run's own folder in memory.
        let folder = "\(site.root)/run/runs/\(run)/TOKEN"
        #expect(site.holders(of: secret) == [folder])
        for worker in Processes.ofRun(run) { kill(worker, SIGTERM) }
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: daemon)
        try daemon.stop()
        #expect(site.holders(of: secret) == [])
    }

    private func checkResult(of subject: Subject, on site: Site, outcome: String) throws {
        let events = try site.events()
        let results = events.indices.filter { events[$0]["t"] as? String == "result" }
        guard !subject.isProgram else { return #expect(results == []) }
        #expect(results == [events.count - 1], "\(events)")
        #expect(events.last?["outcome"] as? String == outcome, "\(events)")
        #expect((events.last?["summary"] as? String)?.isEmpty == false)
    }
}

extension Site {
    /// Something to store that takes its time.
    fileprivate func makeLargeFile() throws {
        let script = "mkdir \(root)/large && head -c 134217728 /dev/urandom >\(root)/large/file"
        let child = try Child(["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], files: root + "/large.log")
        try #require(try child.wait() == .exited(0))
    }

    /// The files below this site, but its secrets, that hold a text.
    fileprivate func holders(of text: String) -> [String] {
        Files.below(root).filter { !$0.hasPrefix(secrets) && !$0.hasPrefix(root + "/large") }
            .filter { Data(Files.bytes($0)).range(of: Data(text.utf8)) != nil }
    }
}
