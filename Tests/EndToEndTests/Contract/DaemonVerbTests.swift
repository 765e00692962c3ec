import Foundation
import Glibc
import Testing

/// `acore-sched KIND VERB` beside a daemon: it carries the verb out.
@Suite(.ownThread)
struct DaemonVerbTests {
    private func site(extra: String = "") throws -> Site {
        try #require(Subject.all.first { $0.kind == "shell-sample" }).site(extra: extra)
    }

    @Test func theDaemonAnswersAVerbThatLooksWithItsSecrets() throws {
        let site = try site(extra: "secrets: {TOKEN: \"secret:discord\"}")
        try "plugh".write(toFile: site.secrets + "/discord", atomically: true, encoding: .utf8)
        chmod(site.secrets + "/discord", 0o400)
        let daemon = try site.daemon()
        let command = try site.start("shell-sample", "secret")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        #expect(command.output == "5 bytes\n")
        let unknown = try site.start("shell-sample", "lst")
        #expect(try unknown.wait() == .exited(2))
        #expect(unknown.errors == "error: shell-sample has no verb lst\n  fix: did you mean list?\n")
        let help = try site.start("shell-sample", "--help")
        #expect(try help.wait() == .exited(0), "\(help.errors)")
        #expect(help.output.contains("VERBS:\n  list    prints what was added\n"))
        #expect(Files.below(site.root + "/run") == [])
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aVerbThatActsIsARunOfTheDaemonsWithItsRowInTheAudit() throws {
        let site = try site()
        let daemon = try site.daemon()
        let command = try site.start("shell-sample", "add", "./here", "plain", "a\"b")
        #expect(try command.wait() == .exited(3), "\(command.errors)")
        #expect(command.output.hasPrefix("adding\nwarning subject (run "), "\(command.output)")
        #expect(try site.ledger.rows("SELECT trigger, state, summary FROM runs") == [["manual", "warning", "added, with a doubt"]])
        #expect(
            try site.ledger.rows("SELECT verb, object, role, result FROM audit")
                == [["acting verb", "shell-sample add", "admin", "done"]])
        let list = try site.start("shell-sample", "list")
        #expect(try list.wait() == .exited(0))
        #expect(list.output == "\"\(FileManager.default.currentDirectoryPath)/here\",\"plain\",\"a\\\"b\"\n")
        #expect(Files.below(site.state + "/given") == [], "an order goes with its run")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func wordsThatWouldLeadTheDaemonElsewhereAreRefused() throws {
        let site = try site()
        let daemon = try site.daemon()
        let socket = site.state + "/control.sock"
        for (verb, arguments) in [("--config", ["/tmp/evil.yaml"]), ("list", ["--plugins-dir=/tmp"]), ("list", ["--state-dir", "/tmp"])] {
            let words = arguments.map { "\"\($0)\"" }.joined(separator: ",")
            let body = "{\"kind\":\"shell-sample\",\"verb\":\"\(verb)\",\"arguments\":[\(words)],\"dry_run\":false,\"colour\":false}"
            let asked = try Child(
                ["/usr/bin/curl", "-s", "--unix-socket", socket, "-d", body, "http://local/v1/verbs"], environment: site.environment,
                files: "\(site.root)/curl\(arguments.count)\(verb == "list" ? arguments[0].count : 0)")
            #expect(try asked.wait() == .exited(0))
            #expect(asked.output.contains(" is not taken over the control socket"), "\(asked.output)")
        }
        let body = "{\"kind\":\"list\",\"arguments\":[],\"dry_run\":false,\"colour\":false}"
        let asked = try Child(
            ["/usr/bin/curl", "-s", "--unix-socket", socket, "-d", body, "http://local/v1/verbs"], environment: site.environment,
            files: "\(site.root)/curl")
        #expect(try asked.wait() == .exited(0))
        #expect(asked.output.contains("the daemon has no kind named list"), "\(asked.output)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    /// Who may ask follows from the request's verb: no other word of it may become one that acts.
    @Test(arguments: [
        #""arguments":["add","x"]"#, #""arguments":["--","add","x"]"#, #""verb":"--local","arguments":["add","x"]"#,
        #""verb":"--job=subject","arguments":["add","x"]"#, #""verb":"-h","arguments":["add","x"]"#, #""verb":"","arguments":["add","x"]"#,
    ])
    func noOtherWordOfARequestBecomesAVerb(_ words: String) throws {
        let site = try site()
        let daemon = try site.daemon()
        let body = "{\"kind\":\"shell-sample\",\(words),\"dry_run\":false,\"colour\":false}"
        let asked = try Child(
            ["/usr/bin/curl", "-s", "--unix-socket", site.state + "/control.sock", "-d", body, "http://local/v1/verbs"],
            environment: site.environment, files: "\(site.root)/curl")
        #expect(try asked.wait() == .exited(0))
        #expect(asked.output.contains("the request names no verb of shell-sample where it has to"), "\(asked.output)")
        #expect(try site.ledger.number("SELECT count(*) FROM runs") == 0)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aProcessThatAnswersForTheDaemonCarriesNoActingVerbOut() throws {
        let site = try site()
        site.more["ACORE_SCHED_ANSWERS"] = "1"
        let command = try site.start("shell-sample", "--local", "add", "x")
        #expect(try command.wait() == .exited(5), "\(command.output)")
        #expect(command.errors.hasPrefix("error: shell-sample add changes something and is a run of its own"), "\(command.errors)")
        #expect(!Files.exists(site.state + "/ledger.sqlite"))
    }

    @Test func aPluginThatAnswersHasNoDescriptorOfTheDaemon() throws {
        let site = try site()
        let text = Files.text("\(site.plugins)/shell-sample")
        #expect(text.contains("list) cat"), "the sample's verb is not where this test looks for it")
        try site.install(plugin: "shell-sample", text.replacingOccurrences(of: "list) cat", with: "list) ls -l /proc/$$/fd; : cat"))
        let daemon = try site.daemon()
        let command = try site.start("shell-sample", "list")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        #expect(command.output.contains("pipe:"), "\(command.output)")
        #expect(!command.output.contains("socket:") && !command.output.contains("eventpoll"), "\(command.output)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aPluginThatChecksHasNoDescriptorOfTheDaemon() throws {
        let site = try site()
        let text = Files.text("\(site.plugins)/shell-sample")
        let checked = text.replacingOccurrences(of: "check() {", with: "check() {\n    ls -l /proc/$$/fd >\(site.marks)/held")
        #expect(checked != text, "the sample's check is not where this test looks for it")
        try site.install(plugin: "shell-sample", checked)
        let daemon = try site.daemon()
        unlink(site.marks + "/held")
        let command = try site.start("run-now", "subject", "--set", "wait=false")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        let held = Files.text(site.marks + "/held")
        #expect(held.contains("memfd") || held.contains("pipe:"), "\(held)")
        #expect(!held.contains("socket:") && !held.contains("eventpoll"), "\(held)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }
}
