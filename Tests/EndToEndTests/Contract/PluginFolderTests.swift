import Foundation
import Glibc
import Testing

/// The folder of plugins under the built daemon and command line.
@Suite(.ownThread)
struct PluginFolderTests {
    private func site() throws -> Site { try #require(Subject.all.first { $0.kind == "python-sample" }).site() }

    @Test func theDaemonRunsAPluginOnTime() throws {
        let site = try site()
        try site.job("subject", "uses: python-sample\nschedule: \"@reboot\"\nwith: {colours: [red]}\n")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        try daemon.stop()
        #expect(try site.ledger.column("SELECT summary FROM runs") == ["did it"])
    }

    @Test func theDaemonsFileMayNameTheFolder() throws {
        let site = try site()
        site.more = [:]
        try site.configure("plugins_directory: \(site.plugins)\n")
        let list = try site.start("plugins", "list")
        #expect(try list.wait() == .exited(0), "\(list.errors)")
        #expect(list.output.contains("\(site.plugins)/python-sample"), "\(list.output)")
    }

    @Test func aBrokenPluginCostsItsOwnJobsAloneAndIsSaid() throws {
        let site = try site()
        try site.job("subject", "uses: python-sample\nschedule: \"@reboot\"\n")
        try site.job("lost", "uses: spoiled\nschedule: \"@reboot\"\n")
        try site.install(plugin: "spoiled", "#!/bin/sh\necho oh dear >&2\nexit 4\n")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        try daemon.stop()
        let words = "its describe ended with status 4: oh dear"
        #expect(daemon.errors.contains("\(site.plugins)/spoiled: error: \(words)"), "\(daemon.errors)")
        let validate = try site.start("validate")
        #expect(try validate.wait() == .exited(2))
        #expect(
            validate.output.contains("lost.yaml:1:7: error: the kind spoiled cannot be used: \(site.plugins)/spoiled: \(words)"),
            "\(validate.output)")
        let list = try site.start("plugins", "list")
        #expect(try list.wait() == .exited(3))
        #expect(list.output.contains("\(site.plugins)/python-sample"), "\(list.output)")
        #expect(
            list.errors == "error: \(site.plugins)/spoiled: \(words)\n  fix: run it by hand and see: \(site.plugins)/spoiled describe\n")
        let json = try site.start("plugins", "list", "--json")
        #expect(try json.wait() == .exited(3))
        #expect(json.output.contains("\"plugin\":\"\(site.plugins)/python-sample\""), "\(json.output)")
        #expect(json.output.contains("\"problem\":\"\(words)\""), "\(json.output)")
        let show = try site.start("plugins", "show", "spoiled")
        #expect(try show.wait() == .exited(1))
        #expect(show.errors.contains(words))
    }

    @Test(arguments: ["sh", "python", "swift"])
    func newOverwritesNothing(_ language: String) throws {
        let site = try Site()
        let first = try site.start("plugins", "new", "mine", "--language", language, "--output", site.root + "/made")
        #expect(try first.wait() == .exited(0), "\(first.errors)")
        #expect(first.output.hasPrefix("wrote\n  \(site.root)/made/mine"), "\(first.output)")
        // The name of the kind is nobody else's.
        let shell = Files.text(site.root + "/made/mine")
        #expect(language != "sh" || shell.contains("# mine: a kind of job") && shell.contains("# setting KEY DEFAULT: "), "\(shell)")
        let before = Files.below(site.root + "/made").map { Files.text($0) }
        let second = try site.start("plugins", "new", "mine", "--language", language, "--output", site.root + "/made")
        #expect(try second.wait() == .exited(7))
        #expect(second.errors.contains("is there already, and nothing is overwritten\n  fix: "), "\(second.errors)")
        #expect(Files.below(site.root + "/made").map { Files.text($0) } == before)
    }

    @Test(arguments: [("backup", 7), ("list", 2), ("Mine", 2)] as [(String, Int32)])
    func newRefusesANameThatCannotBe(_ name: String, _ status: Int32) throws {
        let site = try Site()
        let command = try site.start("plugins", "new", name, "--language", "sh", "--output", site.root)
        #expect(try command.wait() == .exited(status), "\(command.errors)")
        #expect(!Files.exists("\(site.root)/\(name)"))
    }
}
