import Foundation
import Glibc
import Testing

/// `acore-sched KIND VERB`, with the built programs and a plugin in shell.
@Suite(.ownThread)
struct VerbTests {
    private func site(extra: String = "") throws -> Site {
        try #require(Subject.all.first { $0.kind == "shell-sample" }).site(extra: extra)
    }

    @Test func aReadingVerbsOutputIsShownAsItIsAndLeavesNoRun() throws {
        let site = try site()
        let command = try site.start("shell-sample", "list", "--json")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        #expect(command.output == "nothing\n")
        #expect(site.runs == [])
    }

    @Test func anActingVerbIsARunWithItsRow() throws {
        let site = try site()
        let command = try site.start("shell-sample", "add", "./here", "plain", "--to=../there", "--flag", "a\"b")
        #expect(try command.wait() == .exited(3), "\(command.errors)")
        #expect(command.output.hasPrefix("adding\nwarning subject (run "), "\(command.output)")
        #expect(command.output.hasSuffix(": added, with a doubt\n"), "\(command.output)")
        #expect(try site.ledger.rows("SELECT trigger, state, summary FROM runs") == [["manual", "warning", "added, with a doubt"]])
        let folder = FileManager.default.currentDirectoryPath
        let above = folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.startIndex)
        let list = try site.start("shell-sample", "list")
        #expect(try list.wait() == .exited(0))
        #expect(list.output == "\"\(folder)/here\",\"plain\",\"--to=\(above)/there\",\"--flag\",\"a\\\"b\"\n")
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let words: [String]
        let status: Int32
        let message: String
        var testDescription: String { words.joined(separator: " ") }
        init(_ line: String, _ status: Int32, _ message: String) {
            (words, self.status, self.message) = (line.split(separator: " ").map(String.init), status, message)
        }
    }

    @Test(arguments: [
        Row("shell-sample", 2, "shell-sample needs a verb\n  fix: the verbs are list, secret, add"),
        Row("shell-sample lst", 2, "shell-sample has no verb lst\n  fix: did you mean list?"),
        Row("shell-sample paint", 2, "shell-sample has no verb paint\n  fix: the verbs are list, secret, add"),
        Row("shell-sample list --job other", 2, "the job other uses command, not shell-sample"),
        Row("shell-sample list --job nobody", 4, "there is no job named nobody"),
        Row("python-sample list", 2, "error: there is no verb and no kind named python-sample\n  fix: "),
        Row("command list", 2, "command has no verbs"),
        Row("spoiled list", 1, "PLUGINS/spoiled: its describe ended with status 1\n"),
    ])
    func isRefused(_ row: Row) throws {
        let site = try site()
        try site.job("other", Jobs.shell("true", schedule: nil))
        try site.install(plugin: "spoiled", "#!/bin/sh\nexit 1\n")
        let command = try site.start(words: row.words)
        #expect(try command.wait() == .exited(row.status), "\(command.errors)")
        #expect(command.errors.contains(row.message.replacing("PLUGINS", with: site.plugins)), "\(command.errors)")
        #expect(command.output.isEmpty)
    }

    @Test func ofSeveralJobsOneMustBeNamed() throws {
        let site = try site()
        let none = try Site()
        none.more["ACORE_SCHED_PLUGINS_DIR"] = site.plugins
        let lost = try none.start("shell-sample", "list")
        #expect(try lost.wait() == .exited(4))
        #expect(lost.errors.hasPrefix("error: no job in \(none.jobsFolder) uses shell-sample\n"), "\(lost.errors)")
        try site.job("another", "uses: shell-sample\n")
        let open = try site.start("shell-sample", "list")
        #expect(try open.wait() == .exited(2))
        #expect(open.errors == "error: 2 jobs use shell-sample: another, subject\n  fix: say which: --job another\n")
        let named = try site.start("shell-sample", "list", "--job", "another")
        #expect(try named.wait() == .exited(0), "\(named.errors)")
    }

    @Test func helpListsTheVerbs() throws {
        let site = try site()
        let help = try site.start("shell-sample", "--help")
        #expect(try help.wait() == .exited(0), "\(help.errors)")
        #expect(help.output.contains("VERBS:\n  list    prints what was added\n  secret  counts its bytes\n"))
        #expect(help.output.contains("\n  add     adds its arguments (a run, with its row)\n"))
        #expect(help.output.contains("EXIT CODES:"))
    }

    @Test func aReadingVerbFindsTheSecretsAndLeavesNone() throws {
        let site = try site(extra: "secrets: {TOKEN: \"secret:discord\"}")
        try "plugh".write(toFile: site.secrets + "/discord", atomically: true, encoding: .utf8)
        chmod(site.secrets + "/discord", 0o400)
        let command = try site.start("shell-sample", "secret")
        #expect(try command.wait() == .exited(0), "\(command.errors)")
        #expect(command.output == "5 bytes\n")
        #expect(Files.below(site.root + "/run") == [])
    }
}
