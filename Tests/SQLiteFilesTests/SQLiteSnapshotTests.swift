import Foundation
import SQLiteFiles
import Testing

@Suite struct SQLiteSnapshotTests {
    /// Two databases with one row each, in a folder that goes with this value.
    private final class Fixture {
        let path: String

        init() throws {
            var template = Array((NSTemporaryDirectory() + "sqlite-XXXXXX").utf8CString)
            path = try #require(mkdtemp(&template).map { String(cString: $0) })
            try python(
                "for name in ('a.db', 'b.db'): c = sqlite3.connect(name); c.execute('create table t(x)'); c.execute('insert into t values(1)'); c.commit()"
            )
        }

        deinit {
            let removed = Result { try FileManager.default.removeItem(atPath: path) }
            if case .failure(let error) = removed { Issue.record(error) }
        }

        func python(_ text: String) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-c", "import sqlite3\n" + text]
            process.currentDirectoryURL = URL(fileURLWithPath: path)
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
        }

        func bytes(_ name: String) -> [UInt8] { Array((path + "/" + name).utf8) }
    }

    private let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func take(_ name: String, holding held: String, stop: Bool = false) throws(SQLiteError) {
        let descriptor = open(fixture.path + "/" + held, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        try SQLiteSnapshot.take(
            of: fixture.bytes(name), held: descriptor, into: fixture.bytes("copy.db"), isIdle: false, shouldStop: { stop })
    }

    @Test func aCopyHoldsWhatTheDatabaseHolds() throws {
        try take("a.db", holding: "a.db")
        #expect(try SQLiteSnapshot.complaint(about: fixture.bytes("copy.db"), shouldStop: { false }) == nil)
        try fixture.python("assert sqlite3.connect('copy.db').execute('select x from t').fetchall() == [(1,)]")
    }

    @Test func aPathThatLeadsToAnotherDatabaseThanTheHeldOneIsRefused() {
        #expect(throws: SQLiteError.replaced) { try take("b.db", holding: "a.db") }
        #expect(!FileManager.default.fileExists(atPath: fixture.path + "/copy.db"))
    }

    @Test func aLinkIsNotFollowed() throws {
        try FileManager.default.createSymbolicLink(atPath: fixture.path + "/link.db", withDestinationPath: "a.db")
        #expect(throws: SQLiteError.library(operation: "open it", reason: "unable to open database file", code: 1550)) {
            try take("link.db", holding: "a.db")
        }
    }

    @Test func aNameOfOddCharactersIsTheNameAndNoAddress() throws {
        try fixture.python("import os; os.rename('a.db', 'a?b#c%41 ü.db')")
        try take("a?b#c%41 ü.db", holding: "a?b#c%41 ü.db")
    }

    @Test func damageInACopyIsFound() throws {
        try fixture.python(
            """
            c = sqlite3.connect('a.db'); c.executemany('insert into t values(?)', [('x' * 900,) for _ in range(100)]); c.commit(); c.close()
            f = open('a.db', 'r+b'); f.seek(4096 * 3); f.write(b'z' * 2000); f.close()
            """)
        let complaint = try #require(try SQLiteSnapshot.complaint(about: fixture.bytes("a.db"), shouldStop: { false }))
        #expect(!complaint.isEmpty)
    }

    @Test func aStopEndsTheWaitForALock() throws {
        try fixture.python("c = sqlite3.connect('a.db', isolation_level=None)")
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        writer.arguments = [
            "python3", "-c",
            "import sqlite3; c = sqlite3.connect('a.db', isolation_level=None); c.execute('begin exclusive'); print('held', flush=True); input()",
        ]
        writer.currentDirectoryURL = URL(fileURLWithPath: fixture.path)
        let (input, output) = (Pipe(), Pipe())
        writer.standardInput = input
        writer.standardOutput = output
        try writer.run()
        #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
        #expect(throws: SQLiteError.stopped) { try take("a.db", holding: "a.db", stop: true) }
        try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        writer.waitUntilExit()
    }

    struct Row: Sendable {
        let start: String
        var bytes: [UInt8] = []
        let length: Int
        let usesLog: Bool?

        var header: [UInt8] {
            let given = Array(start.utf8) + bytes
            return given + [UInt8](repeating: 0, count: length - given.count)
        }
    }

    @Test(
        "a header tells a database",
        arguments: [
            Row(start: "SQLite format 3\0", length: 100, usesLog: false),
            Row(start: "SQLite format 3\0", bytes: [16, 0, 1, 1], length: 100, usesLog: false),
            Row(start: "SQLite format 3\0", bytes: [16, 0, 2, 2], length: 100, usesLog: true),
            Row(start: "SQLite format 3\0", length: 99, usesLog: nil),
            Row(start: "SQLite format 4\0", length: 100, usesLog: nil),
            Row(start: "", length: 0, usesLog: nil),
        ])
    func reads(_ row: Row) {
        #expect(SQLiteFile(header: row.header)?.usesWriteAheadLog == row.usesLog)
    }
}
