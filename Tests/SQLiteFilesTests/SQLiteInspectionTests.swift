import Foundation
import Testing

@testable import SQLiteFiles

/// Looks into real databases that are given up, or find damage.
@Suite struct SQLiteInspectionTests {
    private let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "sqlite-XXXXXX").utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
        try shell(
            """
            sqlite3 a.db "create table t(x, y); create index i on t(x);
            with recursive n(v) as (select 1 union all select v + 1 from n where v < 150000) insert into t select 'value ' || v, hex(randomblob(40)) from n"
            """)
    }

    @discardableResult
    private func shell(_ line: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", line]
        process.currentDirectoryURL = URL(filePath: path)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self)
    }

    private func inspection(within time: Duration) throws(SQLiteError) -> SQLiteInspection {
        try SQLiteInspection(path: Array("\(path)/a.db".utf8), isIdle: false, patience: .milliseconds(10), until: .now + time)
    }

    @Test func checksAreGivenUpInTheMiddleAndThenSayNothing() throws {
        defer { remove() }
        let whole = ContinuousClock().measure { #expect(throws: Never.self) { try inspection(within: .seconds(600)).complaints(.full) } }
        // However fast the machine is, a tenth of the time is not enough.
        #expect(throws: SQLiteError.stopped) { try inspection(within: whole / 10).complaints(.full) }
        #expect(try inspection(within: .seconds(600)).complaints(.full) == [])
    }

    @Test func figuresAreThoseOfTheProgram() throws {
        defer { remove() }
        let figures = try inspection(within: .seconds(600)).figures()
        #expect("\(figures.pageCount)\n\(figures.pageSize)\n" == (try shell("sqlite3 a.db 'pragma page_count; pragma page_size'")))
        #expect(figures.tableCount == 1)
    }

    /// What is read where the file ended a moment before would end the process.
    @Test func aFileThatIsCutShortWhileItIsReadIsNotCalledDamaged() throws {
        defer { remove() }
        let file = path + "/a.db"
        let size = try #require(try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int)
        var cuts = 0
        let connection = try SQLiteConnection(path: Array(file.utf8), isImmutable: true) {
            cuts += 1
            return truncate(file, size / 8) != 0
        }
        try connection.run("PRAGMA mmap_size = \(MappedReads.bound)", as: "check it")
        let error = #expect(throws: SQLiteError.self) {
            try MappedReads.guarded { () throws(SQLiteError) in
                try connection.rows(of: "PRAGMA quick_check(3)", atMost: 3, as: "check it")
            }
        }
        #expect(error?.cause == .other)
        #expect(error?.description == "SQLite cannot read it: a part of the file was cut off meanwhile, or the disk cannot read it")
        #expect(cuts > 0)
    }

    @Test func complaintsHaveABound() throws {
        defer { remove() }
        try shell(
            "sqlite3 a.db 'create table p(id integer primary key); create table c(p references p(id)); insert into c select rowid + 1 from t'"
        )
        let complaints = try inspection(within: .seconds(600)).complaints(.foreignKeys)
        #expect(complaints.count == SQLiteInspection.complaintBound)
        #expect(complaints[0] == "row 1 of c refers to a row of p that is not there")
    }

    private func remove() {
        let removed = Result { try FileManager.default.removeItem(atPath: path) }
        if case .failure(let error) = removed { Issue.record(error) }
    }
}

/// Result codes of the library.
@Suite struct SQLiteErrorTests {
    @Test(arguments: [
        (Int32(5), SQLiteError.Cause.busy), (11, .damaged), (26, .damaged), (14, .cannotOpen), (1544, .cannotOpen), (10, .other),
    ])
    func codesAreJudgedByWhatLiesBehindThem(_ code: Int32, _ cause: SQLiteError.Cause) {
        #expect(SQLiteError.library(operation: "read it", reason: "", code: code).cause == cause)
    }
}
