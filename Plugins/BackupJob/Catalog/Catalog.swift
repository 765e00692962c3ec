import Archive
import FileTree
import FoundationEssentials
import GRDB
import Glibc
import JobKit

/// What the points of a group hold, by path: a cache of their manifests that is made anew whenever it is lost.
struct Catalog {
    static let fileName = "catalog.sqlite"
    /// A catalog of another number is thrown away.
    private static let schema = 1
    /// Seconds to wait for somebody else who takes in a point.
    private static let patience: TimeInterval = 60

    private let database: DatabaseQueue
    /// The set and kind whose points are meant.
    private let group: String

    /// Content that a path had in some points, one after the other.
    struct Version: Hashable {
        let path: PathBytes
        let type: EntryType
        let size: Int64
        let modified: FileTime
        /// The first and the last point with it.
        let points: ClosedRange<Int>
    }

    /// Whether the names of these points may lie in the clear.
    static func mayKeep(_ points: [PointRecord]) -> Bool { points.allSatisfy { $0.encryption == nil } }

    /// Opens the catalog in a repository; where nothing may be written, or nothing is to be, one in memory.
    init(in repository: Repository, group: String, isKept: Bool) throws(BackupError) {
        self.group = group
        database = try Self.wrapping { isKept ? try Self.open(in: repository) : try DatabaseQueue() }
        try Self.wrapping { [database] in try database.write(Self.prepare) }
    }

    /// Removes the catalog: the next one is made from the manifests.
    static func remove(from repository: Repository) throws(BackupError) {
        for suffix in ["", "-journal", "-wal", "-shm"] { try repository.root.remove(fileName + suffix) }
    }

    private static func open(in repository: Repository) throws -> DatabaseQueue {
        let number = openat(repository.root.held.number, fileName, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            guard [EACCES, EROFS, EPERM].contains(errno) else {
                throw FileTreeError.last("open", repository.root.path.appending(PathBytes(fileName)))
            }
            return try DatabaseQueue()
        }
        close(number)
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        // What a loss of power takes is made anew.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = OFF") }
        let path = repository.root.path.appending(PathBytes(fileName)).utf8 ?? ""
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // A file that is no database, or a damaged one, is noticed here.
            try queue.write(prepare)
            return queue
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
            // Somebody else brings it up to date.
            return try DatabaseQueue()
        } catch let error as DatabaseError where [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode) {
            try remove(from: repository)
            return try DatabaseQueue(path: path, configuration: configuration)
        }
    }

    private static func prepare(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        if found == schema { return }
        try database.execute(
            sql: """
                DROP TABLE IF EXISTS point;
                DROP TABLE IF EXISTS version;
                CREATE TABLE point (grp TEXT, counter INTEGER, point TEXT, manifest TEXT, PRIMARY KEY (grp, counter));
                CREATE TABLE version (
                    grp TEXT, path BLOB, first INTEGER, last INTEGER, type TEXT, size INTEGER, seconds INTEGER, nanoseconds INTEGER,
                    content BLOB);
                CREATE INDEX version_path ON version (grp, path, last);
                PRAGMA user_version = \(schema);
                """)
    }

    private static func wrapping<Value>(_ body: () throws -> Value) throws(BackupError) -> Value {
        do {
            return try body()
        } catch let error as BackupError {
            throw error
        } catch let error as DatabaseError {
            throw .catalog(error.message ?? "\(error.resultCode)")
        } catch {
            throw .catalog("\(error)")
        }
    }
}

/// Bringing it up to date.
extension Catalog {
    /// Takes in the points that it lacks and lets go of those that are gone.
    /// - Parameters:
    ///   - points: all of the group, oldest first.
    ///   - manifest: opens a point's manifest.
    /// - Returns: how many points were read.
    func update(
        to points: [PointRecord], stop: StopFlag, manifest: (PointRecord) throws(BackupError) -> ManifestReader
    ) throws(BackupError) -> Int {
        let wanted = points.map { Known(counter: $0.counter, manifest: $0.manifest.sha256) }
        var known = try Self.wrapping { try database.read(self.known) }
        if !Self.continues(known, wanted) {
            try Self.wrapping { try database.write(forget) }
            known = []
        }
        var previous = known.last?.counter
        var count = 0
        for record in points where !known.contains(where: { $0.counter == record.counter }) {
            try stop.check()
            try Self.wrapping {
                try database.write { database in
                    // Somebody else may bring it up to date at the same time.
                    if try self.known(database).contains(where: { $0.counter == record.counter }) { return }
                    try add(record, after: previous, try manifest(record), stop, to: database)
                }
            }
            previous = record.counter
            count += 1
        }
        try Self.wrapping { try database.write { try keep(only: wanted.map(\.counter), in: $0) } }
        return count
    }

    /// Points are only ever added behind the last one, and their manifests do not change; anything else is read anew.
    private static func continues(_ known: [Known], _ wanted: [Known]) -> Bool {
        let last = known.last?.counter ?? 0
        return known.allSatisfy { entry in wanted.contains(entry) || !wanted.contains { $0.counter == entry.counter } }
            && wanted.allSatisfy { $0.counter > last || known.contains($0) }
    }

    /// A point that it holds.
    private struct Known: Hashable {
        let counter: Int
        let manifest: String
    }

    private func known(_ database: Database) throws -> [Known] {
        try Row.fetchAll(database, sql: "SELECT counter, manifest FROM point WHERE grp = ? ORDER BY counter", arguments: [group])
            .map { Known(counter: $0[0], manifest: $0[1]) }
    }

    private func forget(_ database: Database) throws {
        for table in ["point", "version"] { try database.execute(sql: "DELETE FROM \(table) WHERE grp = ?", arguments: [group]) }
    }

    private func add(
        _ record: PointRecord, after previous: Int?, _ manifest: ManifestReader, _ stop: StopFlag, to database: Database
    ) throws {
        let goOn = try database.cachedStatement(
            sql: """
                UPDATE version SET last = ? WHERE last = ? AND grp = ? AND path = ? AND type = ? AND size = ? AND seconds = ?
                AND nanoseconds = ? AND content IS ?
                """)
        let begin = try database.cachedStatement(
            sql: """
                INSERT INTO version (last, first, grp, path, type, size, seconds, nanoseconds, content)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        while let entry = try manifest.next() {
            try stop.check()
            guard let status = entry.status, entry.location != nil else { continue }
            let values: [(any DatabaseValueConvertible)?] = [
                group, Data(entry.path.bytes), status.type.rawValue, status.size, status.modified.seconds,
                Int64(status.modified.nanoseconds), (entry.content ?? entry.metadata).map { Data($0.bytes) },
            ]
            try goOn.execute(arguments: StatementArguments([record.counter, previous ?? -1] + values))
            if database.changesCount == 0 { try begin.execute(arguments: StatementArguments([record.counter, record.counter] + values)) }
        }
        try database.execute(
            sql: "INSERT INTO point (grp, counter, point, manifest) VALUES (?, ?, ?, ?)",
            arguments: [group, record.counter, record.point, record.manifest.sha256])
    }

    private func keep(only counters: [Int], in database: Database) throws {
        let gone = try known(database).map(\.counter).filter { !counters.contains($0) }
        guard !gone.isEmpty else { return }
        for counter in gone { try database.execute(sql: "DELETE FROM point WHERE grp = ? AND counter = ?", arguments: [group, counter]) }
        try database.execute(
            sql: """
                DELETE FROM version WHERE grp = ?1
                AND NOT EXISTS (SELECT 1 FROM point WHERE point.grp = ?1 AND counter BETWEEN version.first AND version.last)
                """, arguments: [group])
    }
}

/// Asking it.
extension Catalog {
    /// Every version of every path that fits, by path and then from the oldest on.
    func versions(where fits: (PathBytes, EntryType) -> Bool, stop: StopFlag) throws(BackupError) -> [Version] {
        try Self.wrapping {
            try database.read { database in
                var found: [Version] = []
                let rows = try Row.fetchCursor(
                    database,
                    sql: "SELECT path, type, size, seconds, nanoseconds, first, last FROM version WHERE grp = ? ORDER BY path, first",
                    arguments: [group])
                while let row = try rows.next() {
                    try stop.check()
                    let path = PathBytes(row[0] as Data)
                    guard let type = EntryType(rawValue: row[1]), fits(path, type) else { continue }
                    let modified = FileTime(seconds: row[3], nanoseconds: UInt32(truncatingIfNeeded: row[4] as Int64))
                    let (first, last): (Int, Int) = (row[5], row[6])
                    found.append(Version(path: path, type: type, size: row[2], modified: modified, points: first...max(first, last)))
                }
                return found
            }
        }
    }
}
