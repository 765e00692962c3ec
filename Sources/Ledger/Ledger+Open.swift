package import CronSchedule
import GRDB

extension Ledger {
    /// Opens the ledger of a state directory for writing, makes one when there is none, and brings an older one up to date.
    ///
    /// The caller holds the lock of the state directory. Header and schema are checked here; ``integrityCheck()`` reads
    /// everything, later. A ledger that cannot be trusted is set aside, never overwritten. Nothing is set aside for a full
    /// disk, missing rights, an I/O error or a lock: these are thrown.
    package static func open(in stateDirectory: String, now: Instant) throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        try open(in: stateDirectory, now: now, schema: .current)
    }

    static func open(
        in stateDirectory: String, now: Instant, schema: LedgerSchema
    ) throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        let files = LedgerFiles(directory: stateDirectory)
        switch try files.condition() {
        case .missing:
            return (try create(files, schema: schema), .created(path: files.path))
        case .damaged(let reason):
            return try replace(files, schema: schema, now: now, reason: reason)
        case .usable:
            do {
                return try openExisting(files, schema: schema)
            } catch .damaged(_, let reason) {
                return try replace(files, schema: schema, now: now, reason: reason)
            }
        }
    }

    /// Opens the ledger for reading, also beside a running daemon.
    package static func openForReading(in stateDirectory: String) throws(LedgerError) -> Ledger {
        try openForReading(in: stateDirectory, schema: .current)
    }

    static func openForReading(in stateDirectory: String, schema: LedgerSchema) throws(LedgerError) -> Ledger {
        let files = LedgerFiles(directory: stateDirectory)
        switch try files.condition() {
        case .missing: throw .missing(path: files.path)
        case .damaged(let reason): throw .damaged(path: files.path, reason: reason)
        case .usable: break
        }
        let queue = try inspectionQueue(files.path)
        let found = try version(of: queue, path: files.path, schema: schema)
        guard found == schema.version else { throw .older(path: files.path, found: found, known: schema.version) }
        return Ledger(path: files.path, schema: schema, reader: queue)
    }

    /// Moves a ledger that ``integrityCheck()`` found damaged out of the way; it must be closed.
    /// - Returns: where it lies now.
    package static func setAside(in stateDirectory: String, now: Instant) throws(LedgerError) -> String {
        try LedgerFiles(directory: stateDirectory).setAside(now: now)
    }

    private static func replace(
        _ files: LedgerFiles, schema: LedgerSchema, now: Instant, reason: String
    ) throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        let path = try files.setAside(now: now)
        return (try create(files, schema: schema), .setAside(path: path, reason: reason))
    }

    /// Makes the new ledger under another name, so that a file named `ledger.sqlite` is always a whole one.
    private static func create(_ files: LedgerFiles, schema: LedgerSchema) throws(LedgerError) -> Ledger {
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
        return try openPool(files.path, schema: schema)
    }

    private static func openExisting(
        _ files: LedgerFiles, schema: LedgerSchema
    ) throws(LedgerError) -> (ledger: Ledger, notice: LedgerNotice?) {
        let found = try inspect(files.path, schema: schema)
        let ledger = try openPool(files.path, schema: schema)
        guard found != schema.version else { return (ledger, nil) }
        try ledger.migrate()
        return (ledger, .migrated(from: found, to: schema.version))
    }

    /// Looks at an existing ledger through a connection that cannot write.
    /// - Returns: its version.
    private static func inspect(_ path: String, schema: LedgerSchema) throws(LedgerError) -> String {
        let queue = try inspectionQueue(path)
        let version = try version(of: queue, path: path, schema: schema)
        do {
            try queue.close()
        } catch {
            throw LedgerError(error, path: path)
        }
        return version
    }

    private static func inspectionQueue(_ path: String) throws(LedgerError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(busyTimeout)
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// The schema's version, after comparing every table and index with what that version must have.
    private static func version(of queue: DatabaseQueue, path: String, schema: LedgerSchema) throws(LedgerError) -> String {
        do {
            let (applied, objects) = try queue.read { database in
                let objects = try LedgerSchema.objects(in: database)
                let applied = objects["grdb_migrations"] == nil ? [] : try schema.migrator.appliedIdentifiers(database)
                return (applied, objects)
            }
            let newest = applied.max { Int($0) ?? 0 < Int($1) ?? 0 }
            guard let newest else { throw LedgerError.damaged(path: path, reason: "it holds no tables of a ledger") }
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

    private static func openPool(_ path: String, schema: LedgerSchema) throws(LedgerError) -> Ledger {
        do {
            let pool = try DatabasePool(path: path, configuration: writerConfiguration)
            // GRDB sets NORMAL when it enters WAL mode, with which a power cut may take the newest commits.
            try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = \(logBound)")
            }
            return Ledger(path: path, schema: schema, writer: pool)
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// Bytes that the write-ahead log keeps after a checkpoint.
    static let logBound = 16 << 20

    private static var writerConfiguration: Configuration {
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
