import Foundation
import Glibc
import JobKit
import Testing

@testable import HealthJob

/// Real database files, whole, in use and damaged, with sqlite3's own answers beside ours.
@Suite struct DatabaseHealthTests {
    private let site: Site
    private let path: String

    init() throws {
        site = try Site()
        path = site.path + "/bot.db"
    }

    /// A database with an index and a reference, 500 rows.
    private func make(_ journal: String = "delete") throws {
        try python(
            """
            c = sqlite3.connect('bot.db'); c.execute('pragma journal_mode=\(journal)')
            c.executescript('create table users(id integer primary key, name text); create index by_name on users(name);'
                'create table notes(id integer primary key, user integer references users(id));')
            c.executemany('insert into users(name) values(?)', [('name-%05d' % n,) for n in range(500)])
            c.execute('insert into notes(user) values(1)'); c.commit(); c.close()
            """)
    }

    private func python(_ text: String) throws {
        try site.write("script.py", "import os, sqlite3, sys\n" + text)
        try site.shell("/usr/bin/python3 script.py")
    }

    private func look(_ memory: inout DatabaseHealth.Memory?, at seconds: Double = 1000, _ more: String = "") throws -> WireEvent.Check {
        let check = try check(DatabaseHealth.self, #"{"paths": ["\#(path)"]\#(more)}"#)
        let results = check.look(site.scene(at: seconds), memory: &memory)
        try #require(results.count == 1)
        return results[0]
    }

    private func look(at seconds: Double = 1000, _ more: String = "") throws -> WireEvent.Check {
        var memory: DatabaseHealth.Memory?
        return try look(&memory, at: seconds, more)
    }

    /// What lies in the folder, with sizes and times.
    private func listing() throws -> String { try site.shell("stat -c '%n %s %Y %Z %i' bot.db*") }

    @Test(arguments: ["delete", "wal"])
    func aWholeDatabaseIsOkAndStaysAsItWas(_ journal: String) throws {
        try make(journal)
        let before = try listing()
        var memory: DatabaseHealth.Memory?
        let check = try look(&memory)
        #expect(check.state == .ok, "\(check)")
        #expect(check.target == path)
        #expect(try listing() == before)
        let pages = try site.shell("sqlite3 -readonly 'file:bot.db?immutable=1' 'pragma page_count; pragma page_size'").split(
            separator: "\n")
        #expect(try check.input("page_count") == String(pages[0]))
        #expect(try check.input("page_size") == String(pages[1]))
        #expect(check.value == Double(try #require(Int(pages[0])) * (try #require(Int(pages[1])))))
        #expect(try check.input("table_count") == "2")
        #expect(try check.input("connectivity") == "ok")
        #expect(try check.input("integrity_check").hasPrefix("ok (20"))
        #expect(try check.input("foreign_key_check").hasPrefix("ok (20"))
        #expect(try check.input("database_path") == path)
        #expect(try check.input("journal_mode") == (journal == "wal" ? "wal" : "rollback"))
        #expect(memory?[path]?.tableCount == 2)
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let name: String
        let shell: String
        let state: WireEvent.Check.State
        let reason: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Damage(name: "missing", shell: "rm bot.db", state: .critical, reason: "the file is missing"),
        Damage(name: "zero bytes", shell: ": > bot.db", state: .critical, reason: "the file has 0 bytes"),
        Damage(
            name: "bad magic", shell: "printf X | dd of=bot.db conv=notrunc status=none", state: .critical,
            reason: "it does not begin as a SQLite database does"),
        Damage(name: "a folder", shell: "rm bot.db; mkdir bot.db", state: .critical, reason: "it is no plain file"),
        Damage(name: "a piece", shell: "truncate -s 50 bot.db", state: .critical, reason: "it does not begin as a SQLite database does"),
    ])
    func damageToTheFileIsFoundAtOnce(_ damage: Damage) throws {
        try make()
        try site.shell(damage.shell)
        let check = try look()
        #expect(check.state == damage.state)
        #expect(check.reason == damage.reason)
        #expect(try check.input("message") == damage.reason)
    }

    @Test func aMissingEndIsFound() throws {
        try make()
        try site.shell("truncate -s -4096 bot.db")
        let check = try look()
        #expect(check.state == .critical)
        #expect(check.reason?.contains(": the end is missing") == true, "\(check)")
    }

    @Test func aTailThatNoPageBelongsToIsAWarning() throws {
        try make()
        try site.shell("truncate -s +4096 bot.db")
        #expect(try look().state == .warning)
    }

    @Test func flippedBytesOfIndexedValuesAreFoundByTheFullCheckAndStand() throws {
        try make()
        var memory: DatabaseHealth.Memory?
        #expect(try look(&memory).state == .ok)
        // In place, as a disk does it: it is the same file.
        try python(
            "d = bytearray(open('bot.db', 'rb').read())\nfor w in (b'name-00250', b'name-00300'): d[d.rindex(w) + 9] ^= 1\nopen('bot.db', 'r+b').write(d)"
        )
        #expect(try site.shell("sqlite3 bot.db 'pragma quick_check'") == "ok\n")
        #expect(try look(&memory, at: 5000).state == .ok, "no full check is due yet")
        let found = try look(&memory, at: 1000 + 86_400)
        #expect(found.state == .critical)
        #expect(found.reason?.hasPrefix("integrity_check: ") == true, "\(found)")
        let rows = try site.shell("sqlite3 bot.db 'pragma integrity_check(100)'").split(separator: "\n").filter { !$0.hasPrefix("***") }
        let told = try found.input("integrity_check").split(separator: "\n")
        #expect(told.count == rows.count && rows.count > 1, "all rows count")
        #expect(told.last?.hasPrefix(rows.last ?? "?") == true)
        let later = try look(&memory, at: 1300 + 86_400)
        #expect(later.state == .critical, "a cheap look does not make it well")
        try site.shell("sqlite3 bot.db reindex")
        #expect(try look(&memory, at: 1300 + 86_400).state == .critical)
        #expect(try look(&memory, at: 1000 + 86_400 + 3600).state == .ok, "after a complaint it is looked at each hour")
    }

    @Test func anotherFileInItsPlaceIsCheckedAtOnce() throws {
        try make()
        var memory: DatabaseHealth.Memory?
        #expect(try look(&memory).state == .ok)
        try python("d = bytearray(open('bot.db', 'rb').read()); n = d.rindex(b'name-00250'); d[n + 9] ^= 1; open('new.db', 'wb').write(d)")
        try site.shell("mv new.db bot.db")
        #expect(try look(&memory, at: 1010).state == .critical)
    }

    @Test(arguments: [("critical", WireEvent.Check.State.critical), ("warning", .warning), ("off", .ok)])
    func aReferenceToNothingIsFound(_ word: String, _ state: WireEvent.Check.State) throws {
        try make()
        try site.shell("sqlite3 bot.db 'insert into notes(user) values(4711)'")
        #expect(try site.shell("sqlite3 bot.db 'pragma integrity_check'") == "ok\n")
        let check = try look(#", "foreign_keys": "\#(word)""#)
        #expect(check.state == state)
        if state != .ok { #expect(check.reason == "foreign_key_check: row 2 of notes refers to a row of users that is not there") }
    }

    /// A program that has the database open in WAL mode, with all its content in the log.
    private func withWriter(_ body: (_ pid: pid_t) throws -> Void) throws {
        try site.write(
            "writer.py",
            """
            import sqlite3, sys
            c = sqlite3.connect('bot.db', isolation_level=None); c.execute('pragma journal_mode=wal'); c.execute('pragma wal_autocheckpoint=0')
            c.execute('create table t(x)'); c.executemany('insert into t values(?)', [('y' * 900,) for _ in range(50)])
            print('ready', flush=True)
            sys.stdin.read()
            """)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["writer.py"]
        process.currentDirectoryURL = URL(filePath: site.path)
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        #expect(output.fileHandleForReading.availableData.starts(with: Array("ready".utf8)))
        defer {
            // As a power cut: nothing is written back.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try body(process.processIdentifier)
    }

    @Test func aLiveDatabaseIsOkAndItsLogIsRead() throws {
        try withWriter { _ in
            let check = try look()
            #expect(check.state == .ok, "\(check)")
            #expect(try check.input("table_count") == "1")
            #expect(Int(try check.input("wal_bytes")) ?? 0 > 50_000)
            #expect(try site.shell("stat -c '%s' bot.db bot.db-wal") == "\(check.input("size_bytes"))\n\(check.input("wal_bytes"))\n")
            let answers = try site.shell(
                "sqlite3 -readonly bot.db \"pragma page_count; pragma page_size; select count(*) from sqlite_master where type = 'table'\"")
            #expect(answers == "\(try check.input("page_count"))\n\(try check.input("page_size"))\n\(try check.input("table_count"))\n")
            #expect(try site.shell("ls bot.db*") == "bot.db\nbot.db-shm\nbot.db-wal\n")
        }
    }

    @Test func aLogThatIsNotWrittenBackIsAWarning() throws {
        try withWriter { _ in
            let check = try look(#", "wal_limit": "16K""#)
            #expect(check.state == .warning)
            #expect(check.reason?.contains("checkpoints stall") == true, "\(check)")
        }
    }

    @Test func aCopyOfALiveDatabaseWithoutItsLogIsNoCleanOne() throws {
        try withWriter { _ in try site.shell("cp bot.db copy.db") }
        try site.shell("rm bot.db*; mv copy.db bot.db")
        #expect(try site.shell("sqlite3 bot.db 'pragma integrity_check'") == "ok\n")
        let check = try look()
        #expect(check.state == .warning)
        #expect(check.reason == "it has no table: it was never filled, or was copied without its -wal")
    }

    @Test func aLogThatWasTakenAwayIsFound() throws {
        var memory: DatabaseHealth.Memory?
        try withWriter { _ in
            #expect(try look(&memory).state == .ok)
            try site.shell("mv bot.db-wal elsewhere")
            let check = try look(&memory)
            #expect(check.state == .critical)
            #expect(check.reason?.hasPrefix("it has a -shm but no -wal beside it") == true, "\(check)")
        }
        try site.shell("rm -f bot.db-*")
        let check = try look(&memory)
        #expect(check.state == .critical)
        #expect(check.reason == "it has no table, and had 1: its -wal may be missing")
    }

    @Test func aLogThatNobodyHasOpenIsLeftAlone() throws {
        try withWriter { pid in
            try site.shell("cp bot.db a; cp bot.db-wal b; kill -9 \(pid)")
        }
        try site.shell("rm -f bot.db*; mv a bot.db; mv b bot.db-wal")
        let check = try look()
        #expect(check.state == .unknown)
        #expect(check.reason?.hasPrefix("it has a -wal but no -shm beside it") == true, "\(check)")
        #expect(try site.shell("ls bot.db*") == "bot.db\nbot.db-wal\n")
    }

    @Test(arguments: ["delete", "wal"])
    func aBusyWriterIsNeitherHeldUpNorTakenForDamage(_ journal: String) throws {
        try make(journal)
        try site.write(
            "busy.py",
            """
            import os, sqlite3, sys
            c = sqlite3.connect('bot.db', timeout=20, isolation_level=None); n = 0
            c.execute('pragma journal_mode=\(journal)')
            print('ready', flush=True)
            while not os.path.exists('stop'):
                n += 1
                c.execute('insert into users(name) values(?)', ('x' * (n % 5000),))
                if n % 7 == 0: c.execute('delete from users where id > 500')
                if n % 50 == 0: c.execute('vacuum')
            c.close()
            """)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["busy.py"]
        process.currentDirectoryURL = URL(filePath: site.path)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        #expect(output.fileHandleForReading.availableData.starts(with: Array("ready".utf8)))
        for number in 0..<30 {
            let check = try look(at: Double(number))
            #expect(check.state == .ok || (check.state == .warning && check.reason?.contains("lock") == true), "\(check)")
        }
        try site.write("stop", "")
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "the writer met an error")
        #expect(try site.shell("ls bot.db*") == "bot.db\n")
    }

    @Test func aLongHeldLockIsAWarning() throws {
        try make()
        try site.write(
            "lock.py",
            "import sqlite3, sys\nc = sqlite3.connect('bot.db', isolation_level=None); c.execute('begin exclusive'); print('ready', flush=True); sys.stdin.read()"
        )
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["lock.py"]
        process.currentDirectoryURL = URL(filePath: site.path)
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        #expect(output.fileHandleForReading.availableData.starts(with: Array("ready".utf8)))
        let check = try look()
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(check.state == .warning)
        #expect(check.reason?.hasPrefix("another program has kept its lock for 2s") == true, "\(check)")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: another user's files"))
    func rootLooksWithTheRightsOfTheOwner() throws {
        try make("wal")
        try site.shell("chown 65534:65534 bot.db; chmod 755 .")
        #expect(try look().state == .ok, "idle, in a folder that its owner may not write")
        #expect(try site.shell("ls bot.db*") == "bot.db\n")
        try site.shell("chmod 700 .")
        let check = try look()
        #expect(check.state == .unknown)
        #expect(check.reason?.contains("Permission denied") == true, "\(check)")
        try site.shell("touch after; [ $(stat -c %u after) = 0 ]")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root: another user's files"))
    func aLiveDatabaseInAFolderThatItsOwnerMayNotWriteIsRead() throws {
        try withWriter { _ in
            try site.shell("chown 65534:65534 bot.db*; chmod 755 .")
            let check = try look()
            #expect(check.state == .ok, "\(check)")
            #expect(try site.shell("stat -c %u bot.db bot.db-shm bot.db-wal | sort -u") == "65534\n")
        }
    }

    @Test func severalDatabasesHaveAResultEach() throws {
        try make()
        let check = try check(DatabaseHealth.self, #"{"paths": ["\#(path)", "\#(site.path)/none.db"]}"#)
        var memory: DatabaseHealth.Memory?
        let results = check.look(site.scene(), memory: &memory)
        #expect(results.map(\.state) == [.ok, .critical])
        #expect(results.compactMap(\.target) == check.targets)
    }

    @Test(arguments: [
        (#"{}"#, "with.database_health names no database"), (#"{"paths": ["/a", "/a"]}"#, "with.database_health.paths names a file twice"),
        (#"{"paths": ["bot.db"]}"#, "with.database_health.paths[0] must be an absolute path, not \"bot.db\""),
    ])
    func settingsThatCannotBeMeantAreRefused(_ settings: String, _ problem: String) throws {
        #expect(try findings(DatabaseHealth.self, settings).contains { $0.problem == problem })
    }
}
