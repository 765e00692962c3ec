import FoundationEssentials
import Glibc
import Runner
import Testing

/// Folders that are made ahead of their runs.
struct FolderStockTests {
    private func stock(_ bench: Bench) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: bench.root + "/runs/.ready").sorted()
    }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func aRunTakesAFolderAndFindsAllThatItNeeds() async throws {
        let bench = try Bench()
        _ = try bench.runner.prepare(Bench.script("exit 0", run: "MADE"))
        try bench.runner.makeFoldersReady(3)
        #expect(try stock(bench) == ["0", "1", "2"])
        #expect(try bench.runner.runs() == ["MADE"])
        _ = try await bench.finished(Bench.script("echo $TMPDIR; touch $TMPDIR/file"))
        #expect(try stock(bench) == ["0", "1"])
        #expect(try bench.texts() == [bench.folder() + "/tmp"])
        for part in ["", "/tmp"] { #expect(mode(bench.folder() + part) == mode(bench.folder("MADE") + part)) }
        #expect(mode(bench.folder() + "/lock") == 0o600)
        try bench.runner.finish(run: "RUN1")
        #expect(try bench.names() == ["exit.json", "events.jsonl", "launch.json", "lock"])
    }

    @Test func onlyWhatIsMissingIsMade() throws {
        let bench = try Bench()
        for count in [2, 3, 1] { try bench.runner.makeFoldersReady(count) }
        #expect(try stock(bench) == ["0", "1", "2"])
    }

    @Test func whatCannotBeMadeIsToldAndStartsGoOn() async throws {
        let bench = try Bench()
        try Data().write(to: .init(filePath: bench.root + "/runs/.ready"))
        let error = #expect(throws: RunnerError.self) { try bench.runner.makeFoldersReady(1) }
        #expect("\(error as Any)".contains("/runs/.ready"))
        #expect(try await bench.finished(Bench.script("exit 0")).code == 0)
    }

    @Test func whatAnEarlierDaemonLeftIsUsed() async throws {
        let bench = try Bench()
        let half = bench.root + "/runs/.ready/7"
        try FileManager.default.createDirectory(atPath: half, withIntermediateDirectories: true)
        chmod(half, 0o711)
        try bench.runner.makeFoldersReady(1)
        #expect(try stock(bench) == ["7"])
        _ = try await bench.finished(Bench.script("touch $TMPDIR/file"))
        #expect(try stock(bench) == [])
        try bench.runner.makeFoldersReady(1)
        #expect(try stock(bench) == ["8"])
    }

    @Test func aFolderThatSomebodyTookAwayIsMadeAnew() async throws {
        let bench = try Bench()
        try bench.runner.makeFoldersReady(2)
        try FileManager.default.removeItem(atPath: bench.root + "/runs/.ready")
        for run in ["A", "B", "C"] { #expect(try await bench.finished(Bench.script("exit 0", run: run)).code == 0) }
    }

    @Test func anAttemptKeepsItsRunsFolder() async throws {
        let bench = try Bench()
        #expect(try await bench.finished(Bench.script("echo one")).code == 0)
        try bench.runner.makeFoldersReady(1)
        var second = Bench.script("echo two")
        second.attempt = 2
        #expect(try await bench.finished(second).code == 0)
        #expect(try bench.texts() == ["one", "two"])
        #expect(try stock(bench) == ["0"])
    }
}
