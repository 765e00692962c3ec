import Foundation
import JobKit
import Testing

@Suite struct DatabaseTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// A program that writes to a database in a tight loop, two rows in each transaction, until it is killed.
    private func startWriter(mode: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
            c.execute('pragma journal_mode=' + sys.argv[2])
            c.execute('create table t(a, b)'); c.execute('create index i on t(b)')
            n = 0
            while True:
                c.execute('begin immediate')
                for _ in range(2): c.execute('insert into t values(?, ?)', (n, 'x' * 500))
                c.execute('commit')
                n += 1
                if n == 300: print('ready', flush=True)
            """, bench.scratch.path + "/tree/bot.db", mode,
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        #expect(try pipe.fileHandleForReading.read(upToCount: 6) == Data("ready\n".utf8))
        return process
    }

    private func check(_ file: String) throws -> String {
        try bench.scratch.shell(
            """
            python3 -c '
            import sqlite3
            c = sqlite3.connect("file:\(file)?immutable=1", uri=True)
            print(c.execute("pragma integrity_check").fetchone()[0], c.execute("select count(*) % 2, count(*) >= 600 from t").fetchone())'
            """)
    }

    @Test("a database in use is stored whole and consistent", arguments: ["wal", "delete", "truncate", "persist"])
    func isLive(mode: String) async throws {
        let writer = try startWriter(mode: mode)
        defer {
            kill(writer.processIdentifier, SIGKILL)
            writer.waitUntilExit()
        }
        for _ in 0..<3 {
            let report = try await bench.runAndRestore()
            #expect(report.numbers["databases"] == 1)
            #expect(report.summary.hasSuffix(", 1 database as consistent copies"))
            #expect(try bench.scratch.shell("ls out/data") == "bot.db\n")
            #expect(try check("out/data/bot.db") == "ok (0, 1)\n")
        }
        #expect(try bench.manifest.contains(#""sqlite_snapshot":true"#))
    }

    @Test func anIdleDatabaseIsReadWithoutATraceInItsFolder() async throws {
        try bench.scratch.shell(
            """
            python3 -c '
            import sqlite3
            c = sqlite3.connect("tree/bot.db"); c.execute("pragma journal_mode=wal"); c.execute("create table t(a)")
            c.executemany("insert into t values(?)", [(i,) for i in range(1000)]); c.commit(); c.close()'
            """)
        let before = try bench.scratch.shell("find tree -printf '%P %T@ %C@ %s\\n'")
        try await bench.runAndRestore()
        #expect(try bench.scratch.shell("find tree -printf '%P %T@ %C@ %s\\n'") == before)
        #expect(try check("out/data/bot.db") == "ok (0, 1)\n")
    }

    @Test func aDatabaseOfACrashedProgramIsStoredWithTheChangesInItsLog() async throws {
        // The log has everything, the file nothing; no -shm: the machine went down.
        let writer = try startWriter(mode: "wal")
        kill(writer.processIdentifier, SIGKILL)
        writer.waitUntilExit()
        try bench.scratch.shell("rm tree/bot.db-shm")
        let before = try bench.scratch.shell("find tree -printf '%P %T@ %C@ %s\\n' | sort")
        try await bench.runAndRestore()
        #expect(try bench.scratch.shell("find tree -printf '%P %T@ %C@ %s\\n' | sort") == before)
        #expect(try bench.scratch.shell("ls out/data") == "bot.db\n")
        #expect(try check("out/data/bot.db") == "ok (0, 1)\n")
    }

    @Test func modeOwnerAndTimeOfADatabaseComeBack() async throws {
        try bench.scratch.shell(
            "python3 -c 'import sqlite3; c = sqlite3.connect(\"tree/bot.db\"); c.execute(\"create table t(a)\"); c.commit()'; chmod 640 tree/bot.db; touch -d '2020-01-02 03:04:05.5Z' tree/bot.db"
        )
        try await bench.runAndRestore()
        let status = "stat -c '%a %U %Y' bot.db"
        #expect(try bench.scratch.shell(status, in: "out/data") == bench.scratch.shell(status, in: "tree"))
    }

    @Test func aDamagedDatabaseIsStoredAsItIsWithItsCompanionsAndNamed() async throws {
        try bench.scratch.shell("{ printf 'SQLite format 3\\0'; head -c 5000 /dev/urandom; } > tree/bot.db; echo wal > tree/bot.db-wal")
        let report = try await bench.runAndRestore(outcome: .warning)
        #expect(
            report.summary.contains("; 1 warning, the first: the database data/bot.db could not be copied (SQLite cannot read it: "),
            "\(report.summary)")
        #expect(try bench.scratch.shell("diff -r tree out/data; echo same") == "same\n")
    }

    @Test func aFileThatOnlyEndsLikeACompanionIsStored() async throws {
        try bench.scratch.shell("echo x > tree/notes-wal; echo y > tree/notes")
        try await bench.runAndRestore()
        #expect(try bench.scratch.shell("ls out/data") == "notes\nnotes-wal\n")
    }
}
