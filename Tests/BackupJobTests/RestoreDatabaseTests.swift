import BackupJob
import Foundation
import JobKit
import Testing

/// A single database that is restored in place: what lies beside it goes with it and comes back with it, since it means another content.
@Suite struct RestoreDatabaseTests {
    @Test("the old log or journal is kept with the old database", arguments: LeftDatabase.Mode.allCases)
    func comesBackAlone(_ mode: LeftDatabase.Mode) async throws {
        let left = try await LeftDatabase(mode)
        #expect(try left.look() == left.now)
        let planned = try await left.restore("latest", "--in-place", "--path", "data/bot.db", dryRun: true)
        #expect(planned.1.contains("extra data/bot.db-\(left.companion)"), "\(planned.1)")
        #expect(try left.look() == left.now)
        let report = try await left.restore("latest", "--in-place", "--path", "data/bot.db").0.get()
        #expect(report.summary.contains(":bot.db-\(left.companion)"), "\(report.summary)")
        #expect(try left.look() == LeftDatabase.stored)
        #expect(try left.names(in: "tree") == ["bot.db", "other"])
        let kept = ["", "-" + left.companion] + (mode == .log ? ["-shm"] : [])
        #expect(try left.litter() == kept.map { ".acore-replaced-ID-tree:bot.db" + $0 }.sorted())
        // The old one is a database with its log where it lies.
        #expect(try left.look("$(ls -d .acore-replaced-*-tree:bot.db)") == left.now)
        #expect(try await left.restore("--purge").0.get().numbers["trees"] == Double(kept.count))
        #expect(try left.litter().isEmpty)
        #expect(try left.look() == LeftDatabase.stored)
    }

    @Test("a source that is a database itself", arguments: LeftDatabase.Mode.allCases)
    func isASource(_ mode: LeftDatabase.Mode) async throws {
        let left = try await LeftDatabase(mode)
        let path = left.bench.scratch.path
        let settings = #"{"repository":"\#(path)/repo2","sources":{"base":"\#(path)/one/bot.db"}}"#
        try left.bench.scratch.shell("mkdir one; python3 write.py \(mode.rawValue) stored one/bot.db")
        _ = try await left.bench.run(settings).get()
        try left.bench.scratch.shell("python3 write.py \(mode.rawValue) now one/bot.db")
        _ = try await left.bench.verb("restore", ["latest", "--in-place"], settings: settings).0.get()
        #expect(try left.look("one/bot.db") == LeftDatabase.stored)
        _ = try await left.bench.verb("restore", ["--purge"], settings: settings).0.get()
        #expect(try left.names(in: "one") == ["bot.db"])
    }

    @Test(
        "killed at any step, it is taken back with what lay beside it", arguments: RestoreStep.allCases, LeftDatabase.Mode.allCases)
    func isKilled(at step: RestoreStep, _ mode: LeftDatabase.Mode) async throws {
        let left = try await LeftDatabase(mode)
        try left.killRestore(at: step.rawValue)
        // Between the two renames of a database and its log it is not whole: then only the way back counts.
        if step.rawValue != "setAside" {
            let now = try left.look()
            #expect(now == left.now || now == LeftDatabase.stored, "\(now)")
        }
        _ = try await left.restore("--purge").0.get()
        let isDone = step == .committed
        #expect(try left.look() == (isDone ? LeftDatabase.stored : left.now))
        let isKept = [RestoreStep.swapped, .started].contains(step)
        #expect(try left.litter() == (isKept ? [".acore-replaced-ID-tree:bot.db"] : []))
        let beside = ["bot.db"] + (mode == .journal ? ["bot.db-journal"] : ["bot.db-shm", "bot.db-wal"]) + ["other"]
        #expect(try left.names(in: "tree") == (isDone ? ["bot.db", "other"] : beside))
        _ = try await left.restore("latest", "--in-place", "--path", "data/bot.db").0.get()
        #expect(try left.look() == LeftDatabase.stored)
    }

    @Test("what a program wrote to the new database is kept with its log", arguments: LeftDatabase.Mode.allCases)
    func isWrittenToBeforeItIsTakenBack(_ mode: LeftDatabase.Mode) async throws {
        let left = try await LeftDatabase(mode)
        try left.killRestore(at: "started")
        try left.bench.scratch.shell("python3 write.py log orders tree/bot.db; test -s tree/bot.db-wal")
        _ = try await left.restore("--purge").0.get()
        #expect(try left.look() == left.now)
        #expect(try left.look("$(ls -d .acore-replaced-*-tree:bot.db)") == "ok\norders|300\n")
        _ = try await left.restore("--purge").0.get()
        #expect(try left.litter().isEmpty)
        #expect(try left.look() == left.now)
    }

    @Test("a program that does not come up with the new database has the old one again", arguments: LeftDatabase.Mode.allCases)
    func isTakenBackByItself(_ mode: LeftDatabase.Mode) async throws {
        let left = try await LeftDatabase(mode)
        let path = left.bench.scratch.path
        let start = #"[ -e began ] || python3 \#(path)/write.py log began \#(path)/tree/bot.db; touch \#(path)/began"#
        let hooks = #""restore_start":["sh","-c","cd \#(path); \#(start)"],"restore_check":["false"]"#
        let failure = try await #require(throws: JobFailure.self) {
            try await left.restore("latest", "--in-place", "--path", "data/bot.db", with: hooks).0.get()
        }
        #expect(failure.problem.hasSuffix("the restore is taken back, and all is as it was"), "\(failure)")
        #expect(try left.bench.scratch.run("test -e began").status == 0)
        #expect(try left.look() == left.now)
        #expect(try left.litter().isEmpty)
    }

    @Test func anOldDatabaseThatWasWrittenWithoutItsLogIsNotPutTogetherAgain() async throws {
        let left = try await LeftDatabase(.log)
        try left.killRestore(at: "setAside")
        // What a machine that starts again does: the program finds the old database, alone.
        try left.bench.scratch.shell(
            "sleep 0.1; python3 -c \"import sqlite3; c = sqlite3.connect('tree/bot.db'); c.execute('create table n (x)'); c.commit(); c.close()\""
        )
        let failure = try await #require(throws: JobFailure.self) { try await left.restore("--purge").0.get() }
        #expect(failure.problem.hasSuffix("cannot be taken back: it was written to while what belongs to it was set aside"), "\(failure)")
        #expect(try left.litter().contains(".acore-replaced-ID-tree:bot.db-wal"))
    }

    @Test func anotherNameOfADatabaseIsOneToo() async throws {
        let left = try await LeftDatabase(.journal)
        try left.bench.scratch.shell("rm tree/bot.db-journal; python3 write.py none again tree/bot.db; ln tree/bot.db tree/z.db")
        _ = try await left.bench.run(later: 3600).get()
        try left.bench.scratch.shell("python3 write.py log beside tree/z.db; test -s tree/z.db-wal")
        _ = try await left.restore("latest", "--in-place", "--path", "data/z.db").0.get()
        #expect(try left.look("tree/z.db") == "ok\nagain|2000\n")
        #expect(try left.names(in: "tree") == ["bot.db", "other", "z.db"])
    }

    @Test func ofADatabaseInPlainFilesThoseOfThePointComeBack() async throws {
        let left = try await LeftDatabase(.log)
        // A page that is damaged in the database itself: stored as it is, with its log.
        try left.bench.scratch.shell(
            """
            python3 -c "import sqlite3; sqlite3.connect('tree/bot.db').execute('pragma wal_checkpoint(truncate)')"
            python3 -c "
            import os, sqlite3
            c = sqlite3.connect('tree/bot.db', isolation_level=None)
            c.execute('pragma wal_autocheckpoint=0'); c.execute('insert into t values (1, 2)'); os._exit(0)"
            printf 'damage damage damage' | dd of=tree/bot.db bs=1 seek=8192 conv=notrunc status=none; sha256sum tree/bot.db-wal > sum
            """)
        #expect(try await left.bench.run(later: 3600).get().outcome == .warning)
        try left.bench.scratch.shell("rm tree/bot.db*; echo no log of it > tree/bot.db-wal; echo nor this > tree/bot.db-journal")
        _ = try await left.restore("latest", "--in-place", "--path", "data/bot.db").0.get()
        try left.bench.scratch.shell("sha256sum --quiet -c sum")
        #expect(try left.names(in: "tree").filter { !$0.hasSuffix("-shm") } == ["bot.db", "bot.db-wal", "other"])
    }
}
