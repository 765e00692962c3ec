import Foundation
import Glibc
import Testing

/// Job files that change under a running daemon.
@Suite(.ownThread)
struct LiveFileTests {
    /// A way in which a file comes to say something else.
    enum Way: String, CaseIterable {
        case replacedByRename, editedInPlace, removedAndMade, folderReplaced
    }

    private static func beat(_ mark: String) -> String { Jobs.append(mark, schedule: "* * * * * *") }

    private func change(_ site: Site, _ way: Way) throws {
        let path = "\(site.jobsFolder)/beat.yaml"
        let text = Self.beat("after").replacing("MARKS", with: site.marks)
        switch way {
        case .replacedByRename: try site.job("beat", Self.beat("after"))
        case .editedInPlace:
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
        case .removedAndMade:
            unlink(path)
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        case .folderReplaced:
            let fresh = site.jobsFolder + ".new"
            mkdir(fresh, 0o755)
            try text.write(toFile: fresh + "/beat.yaml", atomically: false, encoding: .utf8)
            try #require(rename(site.jobsFolder, site.jobsFolder + ".old") == 0)
            try #require(rename(fresh, site.jobsFolder) == 0)
        }
    }

    @Test(arguments: Way.allCases)
    func aChangedFileTakesEffectByItself(_ way: Way) throws {
        let site = try Site(jobs: ["beat": Self.beat("before")])
        let daemon = try site.daemon()
        try site.marks("before", of: daemon)
        try change(site, way)
        try site.marks("after", of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        try SlotBook(site).check()
    }

    @Test func jobsComeAndGoWithTheirFilesAndRunsGoOn() throws {
        let site = try Site()
        let daemon = try site.daemon()
        try site.gate("gate")
        try site.job("new", Jobs.gated("gate", schedule: "* * * * * *"))
        try site.marks("log", of: daemon)
        unlink("\(site.jobsFolder)/new.yaml")
        try site.wait("the end of the job", of: daemon) { daemon.errors.contains("job new removed: its file is gone") ? true : nil }
        #expect(try site.ledger.column("SELECT state FROM runs") == ["running"])
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        #expect(Files.lines("\(site.marks)/log").map { $0.split(separator: " ")[0] } == ["start", "end"])
        let events = try site.ledger.rows(
            "SELECT kind, (SELECT name FROM jobs WHERE jobs.id = events.job) FROM events WHERE job IS NOT NULL")
        #expect(events.map { $0[0] } == ["job_added", "job_removed"])
    }

    @Test func aFileWithAnErrorLeavesItsJobAsItWasAndSaysSo() throws {
        let site = try Site(jobs: ["beat": Self.beat("log"), "other": Jobs.shell("true", schedule: nil)])
        let daemon = try site.daemon()
        try site.marks("log", of: daemon)
        try site.job("beat", "uses: command\nschedul: \"* * * * * *\"\nwith: {argv: [\"true\"]}\n")
        let reload = try site.start("reload")
        #expect(try reload.wait() == .exited(2))
        #expect(reload.output == "kept as before, with errors in the file: beat\nunchanged: 2\n", "\(reload.output)")
        #expect(reload.errors.contains("beat.yaml:2:1: error: the file has no setting named schedul"), "\(reload.errors)")
        let before = Files.lines("\(site.marks)/log").count
        try site.marks("log", atLeast: before + 2, of: daemon)
        let list = try site.start("list")
        #expect(try list.wait() == .exited(0))
        #expect(list.output.contains(/beat +command +error +(now|in ).*beat\.yaml:2/), "\(list.output)")
        let agenda = try site.start("next", "beat", "--count", "1", "--json")
        #expect(try agenda.wait() == .exited(0))
        #expect(agenda.output.hasPrefix("{\"at\":"), "\(agenda.output)\(agenda.errors)")
        let status = try site.start("status")
        #expect(try status.wait() == .exited(0))
        #expect(status.output.contains("1 with errors in the file: beat"), "\(status.output)")
        // Also over a restart.
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
        let next = try site.daemon()
        let then = Files.lines("\(site.marks)/log").count
        try site.marks("log", atLeast: then + 2, of: next)
        try site.job("beat", Self.beat("mended"))
        try site.marks("mended", of: next)
        #expect(try next.stop() == .exited(0), "\(next.errors)")
        try SlotBook(site).check()
    }

    /// Ways to be no job: an error in the text, no regular file, a link out of the folder, a name that is none.
    @Test func aNewFileWithAnErrorIsNoJobAndSaidToBeNone() throws {
        let site = try Site(jobs: ["good": Jobs.shell("true", schedule: nil)])
        let daemon = try site.daemon()
        try site.job("text", "uses: nothing-of-this-name\n")
        try #require(mkdir(site.jobsFolder + "/folder.yaml", 0o755) == 0)
        try #require(mkfifo(site.jobsFolder + "/pipe.yaml", 0o600) == 0)
        try #require(symlink("/etc/passwd", site.jobsFolder + "/outward.yaml") == 0)
        try site.job("a name", "uses: command\n")
        let reload = try site.start("reload")
        #expect(try reload.wait() == .exited(2), "\(reload.errors)")
        let names = "a name.yaml, folder, outward, pipe, text"
        #expect(reload.output == "no job, with errors in the file: \(names)\nunchanged: 1\n", "\(reload.output)")
        let status = try site.start("status")
        #expect(try status.wait() == .exited(0))
        #expect(status.output.contains("jobs    1 (5 with errors in the file and no job: \(names)) from "), "\(status.output)")
        for name in ["text", "folder", "pipe", "outward", "a name"] {
            try FileManager.default.removeItem(atPath: "\(site.jobsFolder)/\(name).yaml")
        }
        let clean = try site.start("reload", "--json")
        #expect(try clean.wait() == .exited(0))
        #expect(clean.output.contains(#""refused":[]"#), "\(clean.output)")
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func anotherFileOfVariablesIsReadWhenItChanges() throws {
        let site = try Site()
        let variables = site.root + "/variables"
        try "WORD=first\n".write(toFile: variables, atomically: true, encoding: .utf8)
        try site.job(
            "beat",
            """
            uses: command
            schedule: "* * * * * *"
            environment_file: \(variables)
            environment: {WORD: "${WORD}"}
            with: {shell: 'echo $WORD >>MARKS/$WORD'}
            """)
        let daemon = try site.daemon()
        try site.marks("first", of: daemon)
        try "WORD=second\n".write(toFile: variables, atomically: true, encoding: .utf8)
        try site.marks("second", of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aFolderThatIsGoneChangesNothingUntilItIsBack() throws {
        let site = try Site(jobs: ["beat": Self.beat("log")])
        let daemon = try site.daemon()
        try site.marks("log", of: daemon)
        try #require(rename(site.jobsFolder, site.jobsFolder + ".away") == 0)
        let reload = try site.start("reload")
        #expect(try reload.wait() == .exited(1), "\(reload.output)\(reload.errors)")
        let before = Files.lines("\(site.marks)/log").count
        try site.marks("log", atLeast: before + 2, of: daemon)
        try #require(rename(site.jobsFolder + ".away", site.jobsFolder) == 0)
        try site.job("beat", Self.beat("back"))
        try site.marks("back", of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func aLinkedFolderIsSeenWhenItsTargetWasAway() throws {
        let site = try Site()
        let target = site.root + "/v2"
        try #require(rename(site.jobsFolder, target) == 0)
        try #require(symlink("v2", site.jobsFolder) == 0)
        try site.job("beat", Self.beat("before"))
        let daemon = try site.daemon()
        try site.marks("before", of: daemon)
        try #require(rename(target, target + ".away") == 0)
        try site.wait("the loss of the folder", of: daemon) { daemon.errors.contains("cannot be read: all jobs go on") ? true : nil }
        try #require(mkdir(target, 0o755) == 0)
        try site.job("beat", Self.beat("replaced"))
        try site.marks("replaced", of: daemon)
        try site.job("beat", Self.beat("after"))
        try site.marks("after", of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }

    @Test func HUPReadsTheFiles() throws {
        let site = try Site(jobs: ["beat": Self.beat("log")])
        let daemon = try site.daemon()
        daemon.signal(SIGHUP)
        try site.marks("log", atLeast: 2, of: daemon)
        #expect(try daemon.stop() == .exited(0), "\(daemon.errors)")
    }
}
