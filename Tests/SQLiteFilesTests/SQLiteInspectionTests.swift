import Foundation
import SQLiteFiles
import Testing

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
