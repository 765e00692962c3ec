import Foundation
import JobKit
import Testing

/// A database that its program left without closing it, so that a part of what it wrote lies beside it: in one state in the only point, in
/// another one now.
struct LeftDatabase {
    /// Where a program keeps changes that are not in the database yet.
    enum Mode: String, CaseIterable {
        case log
        case journal
    }

    static let stored = "ok\nstored|300\n"
    let bench: Bench
    let mode: Mode
    /// What a program reads now.
    let now: String

    init(_ mode: Mode) async throws {
        bench = try Bench()
        self.mode = mode
        now = mode == .log ? "ok\nnow|800\n" : "ok\nnow|2000\n"
        try bench.scratch.shell(
            """
            cat > write.py <<'END'
            import os, sqlite3, sys
            mode, word, path = sys.argv[1:]
            c = sqlite3.connect(path, isolation_level=None)
            if mode == 'log':
                c.execute('pragma journal_mode=wal'); c.execute('pragma wal_autocheckpoint=0')
            c.execute('create table if not exists t (x text, y text)')
            if word != 'stored' and word != 'now': c.execute('update t set x = ?', (word,)); os._exit(0)
            c.execute('begin'); c.execute('update t set x = ?', (word,))
            count = 300 if word == 'stored' else 500 if mode == 'log' else 1700
            c.executemany('insert into t values (?, ?)', [(word, 'y' * 100)] * count); c.execute('commit')
            if mode == 'journal' and word == 'now':
                c.execute('pragma cache_size=2'); c.execute('begin'); c.execute("update t set x = 'half', y = 'z'")
            if mode == 'log' or word == 'now': os._exit(0)
            END
            python3 write.py \(mode.rawValue) stored tree/bot.db; echo beside > tree/other
            """)
        _ = try await bench.run().get()
        try bench.scratch.shell("python3 write.py \(mode.rawValue) now tree/bot.db; test -s tree/bot.db-\(companion)")
    }

    var companion: String { mode == .log ? "wal" : "journal" }

    /// What a program reads of a database and of what lies beside it; nothing is touched.
    func look(_ path: String = "tree/bot.db") throws -> String {
        try bench.scratch.shell(
            """
            rm -rf look; mkdir look; for f in \(path) \(path)-wal \(path)-journal; do [ ! -e $f ] || cp $f "look/bot.db${f#\(path)}"; done
            python3 -c "
            import sqlite3
            c = sqlite3.connect('look/bot.db')
            print(c.execute('pragma integrity_check').fetchone()[0])
            for row in c.execute('select x, count(*) from t group by x'): print(*row, sep='|')" 2>&1
            """)
    }

    func restore(_ words: String..., dryRun: Bool = false, with more: String = "") async throws -> (Result<JobReport, JobFailure>, [String])
    {
        try await bench.verb("restore", words, dryRun: dryRun, settings: bench.settings(more))
    }

    /// A restore of the database in a process of its own, killed at a step.
    func killRestore(at step: String) throws {
        let driver = try DriverProcess(
            bench.request(bench.settings(), call: ["restore", "latest", "--in-place", "--path", "data/bot.db"]), pausingAt: step)
        try driver.wait(for: "at \(step)")
        driver.killNow()
    }

    /// Names in a folder, with the ids taken out.
    func names(in folder: String) throws -> [String] {
        let id = try Regex("[0-9A-Z]{26}")
        return try bench.scratch.shell("ls -A", in: folder).split(separator: "\n").map { String($0).replacing(id, with: "ID") }
    }

    /// What restores left beside the source.
    func litter() throws -> [String] { try names(in: "").filter { $0.hasPrefix(".acore-") } }
}
