import CronSchedule
import GRDB

/// Finds out what lies in a state directory, and opens, makes, migrates or replaces the ledger there.
struct LedgerOpening {
    let files: LedgerFiles
    var schema = LedgerSchema.current
    var busyTimeout = Ledger.busyTimeout

    func openForWriting(now: Instant) throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        switch try files.condition() {
        case .missing:
            try files.forgetDistrust()
            return (try create(), .created(path: files.path))
        case .damaged(let reason): return try replace(now: now, reason: reason)
        case .usable:
            if let reason = try files.reasonForDistrust() { return try replace(now: now, reason: reason) }
            do {
                return try openExisting()
            } catch .damaged(_, let reason) {
                return try replace(now: now, reason: reason)
            }
        }
    }

    func openForReading() throws(LedgerError) -> Ledger {
        switch try files.condition() {
        case .missing: throw .missing(path: files.path)
        case .damaged(let reason): throw .damaged(path: files.path, reason: reason)
        case .usable: break
        }
        let queue = try readingQueue()
        let found = try version(of: queue)
        guard found == schema.version else { throw .older(path: files.path, found: found, known: schema.version) }
        return Ledger(path: files.path, schema: schema, reader: queue)
    }

    func replace(now: Instant, reason: String) throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        let path = try files.setAside(now: now)
        return (try create(), .setAside(path: path, reason: reason))
    }

    /// Makes the new ledger under another name, so that a file named `ledger.sqlite` is always a whole one.
    private func create() throws(LedgerError) -> Ledger {
        try LedgerFiles.remove(files.newPath)
        try LedgerFiles.createEmpty(files.newPath)
        do {
            let pool = try DatabasePool(path: files.newPath, configuration: writerConfiguration)
            try pool.write { try $0.execute(sql: "PRAGMA application_id = \(LedgerSchema.applicationID)") }
            try schema.migrator.migrate(pool)
            try pool.close()
        } catch {
            throw LedgerError(error, path: files.newPath)
        }
        try LedgerFiles.synchronize(files.newPath)
        guard try LedgerFiles.moveIfFree(files.newPath, to: files.path) else { throw .locked(path: files.path) }
        try LedgerFiles.synchronize(files.directory)
        return try openPool()
    }

    private func openExisting() throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        let found = try inspect()
        let ledger = try openPool()
        guard found != schema.version else { return (ledger, nil) }
        try ledger.migrate()
        return (ledger, .migrated(from: found, to: schema.version))
    }

    /// Looks at an existing ledger through a connection that cannot write, so that a newer one stays as it is.
    private func inspect() throws(LedgerError) -> String {
        let queue = try readingQueue()
        let version = try version(of: queue)
        do {
            try queue.close()
        } catch {
            throw LedgerError(error, path: files.path)
        }
        return version
    }

    private func readingQueue() throws(LedgerError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(busyTimeout)
        do {
            return try DatabaseQueue(path: files.isImmutable ? files.immutableAddress : files.path, configuration: configuration)
        } catch {
            throw LedgerError(error, path: files.path)
        }
    }

    /// The schema's version, after comparing every table and index with what that version must have.
    private func version(of queue: DatabaseQueue) throws(LedgerError) -> String {
        let path = files.path
        do {
            let (applied, objects) = try queue.read { database in
                let objects = try LedgerSchema.objects(in: database)
                let applied = objects["grdb_migrations"] == nil ? [] : try schema.migrator.appliedIdentifiers(database)
                return (applied, objects)
            }
            guard let newest = applied.max(by: { Int($0) ?? 0 < Int($1) ?? 0 }) else {
                throw LedgerError.damaged(path: path, reason: "it holds no tables of a ledger")
            }
            guard applied.isSubset(of: schema.steps.map(\.version)) else {
                throw LedgerError.newer(path: path, found: newest, known: schema.version)
            }
            guard try schema.expectedObjects(at: newest) == objects else {
                throw LedgerError.damaged(path: path, reason: "its tables are not those of schema \(newest)")
            }
            return newest
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    private func openPool() throws(LedgerError) -> Ledger {
        do {
            let pool = try DatabasePool(path: files.path, configuration: writerConfiguration)
            // GRDB sets NORMAL when it enters WAL mode, with which a power cut may take the newest commits.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = \(Self.logBound)")
            }
            return Ledger(path: files.path, schema: schema, writer: pool)
        } catch {
            throw LedgerError(error, path: files.path)
        }
    }

    /// Bytes that the write-ahead log keeps after a checkpoint.
    static let logBound = 16 << 20

    private var writerConfiguration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout)
        configuration.maximumReaderCount = 2
        configuration.prepareDatabase { database in
            // Works only before the first page is written; later it changes nothing.
            if !database.configuration.readonly { try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
        }
        return configuration
    }
}
