import Glibc

/// A look into one database that changes nothing, not even beside it.
///
/// It is opened for reading only. The caller says whether a program may have it open; a database in WAL mode that nobody has open is
/// read without locks, since SQLite would otherwise leave files beside it.
package final class SQLiteInspection {
    /// What is checked, and what is not.
    package enum Depth: String, Sendable {
        /// The structure, without the content of indexes.
        case quick = "quick_check"
        /// The structure, and each index against its table.
        case full = "integrity_check"
        /// Rows that refer to a row that is not there.
        case foreignKeys = "foreign_key_check"
    }

    /// How large it is.
    package struct Figures: Sendable, Hashable {
        /// Of the database as its readers see it: what is in the `-wal` file counts.
        package let pageCount: Int
        package let pageSize: Int
        package let tableCount: Int
    }

    /// Complaints that are kept of one check.
    package static let complaintBound = 100

    /// KiB of pages that are kept in memory. The quick check reads each page once for each of its two rounds, one after the other: what it kept would
    /// not be asked for again, and a place in memory that is used again and again is faster than one that is new. The others look rows up.
    private static func cacheSize(_ depth: Depth) -> Int {
        switch depth {
        case .quick: 256
        case .full, .foreignKeys: 2000
        }
    }

    private let connection: SQLiteConnection
    private let alarm: InterruptAlarm

    /// - Parameters:
    ///   - path: absolute, without links.
    ///   - isIdle: whether no other program has the database open.
    ///   - patience: how long a lock of another is waited for.
    ///   - deadline: when the look is given up, also in the middle of a step.
    package init(
        path: [UInt8], isIdle: Bool, patience: Duration, until deadline: ContinuousClock.Instant
    ) throws(SQLiteError) {
        alarm = InterruptAlarm(after: ContinuousClock.now.duration(to: deadline))
        connection = try SQLiteConnection(
            path: path, isImmutable: isIdle, patience: patience, shouldStop: { ContinuousClock.now >= deadline })
        connection.interrupted(by: alarm)
    }

    deinit { alarm.watch(nil) }

    /// Reads the schema: whoever gets an answer is connected.
    package func figures() throws(SQLiteError) -> Figures {
        Figures(
            pageCount: try number("PRAGMA page_count"), pageSize: try number("PRAGMA page_size"),
            tableCount: try number("SELECT count(*) FROM sqlite_master WHERE type = 'table'"))
    }

    /// What a check finds wrong, a sentence each; empty when nothing is.
    package func complaints(_ depth: Depth) throws(SQLiteError) -> [String] {
        let bound = Self.complaintBound
        try connection.run("PRAGMA cache_size = -\(Self.cacheSize(depth))", as: "check it")
        try connection.run("PRAGMA mmap_size = \(MappedReads.bound)", as: "check it")
        let statement = depth == .foreignKeys ? "PRAGMA foreign_key_check" : "PRAGMA \(depth.rawValue)(\(bound))"
        let rows = try MappedReads.guarded { () throws(SQLiteError) in
            try connection.rows(of: statement, atMost: bound, as: "check it")
        }
        if depth == .foreignKeys { return rows.map(Self.foreignKeySentence) }
        // A row may hold several complaints, below a heading.
        let lines = rows.flatMap { ($0.first ?? nil)?.split(separator: "\n").map(String.init) ?? [] }.filter { !$0.hasPrefix("***") }
        // No row at all is no clean bill.
        guard !lines.isEmpty else { return ["\(depth.rawValue) gave no answer"] }
        return lines == ["ok"] ? [] : Array(lines.prefix(bound))
    }

    private static func foreignKeySentence(_ row: [String?]) -> String {
        let columns = row.map { $0 ?? "?" } + Array(repeating: "?", count: 3)
        return "row \(columns[1]) of \(columns[0]) refers to a row of \(columns[2]) that is not there"
    }

    private func number(_ statement: String) throws(SQLiteError) -> Int {
        try connection.run(statement, as: "read it").flatMap { Int($0) } ?? 0
    }
}
