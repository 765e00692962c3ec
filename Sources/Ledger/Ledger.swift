import GRDB

/// The record of every run and every due slot: SQLite, one writing process at a time.
///
/// Whoever opens it for writing holds the lock of the state directory. Other processes may read beside it.
/// Every transaction is on the disk when the call returns (`synchronous=FULL`).
package final class Ledger: Sendable {
    /// The ledger's name in the state directory.
    package static let fileName = "ledger.sqlite"
    /// How long a lock of another process is waited for, in seconds.
    package static let busyTimeout = 5.0

    /// The file.
    package let path: String
    let schema: LedgerSchema
    private let reader: any DatabaseReader
    private let writer: DatabasePool?

    init(path: String, schema: LedgerSchema, writer: DatabasePool) {
        self.path = path
        self.schema = schema
        self.writer = writer
        reader = writer
    }

    init(path: String, schema: LedgerSchema, reader: DatabaseQueue) {
        self.path = path
        self.schema = schema
        self.reader = reader
        writer = nil
    }

    /// Ends all connections; what was committed moves from the write-ahead log into the file.
    package func close() throws(LedgerError) {
        do {
            // Only the connection that is closed last empties the log, and a reading one may not.
            writer?.releaseMemory()
            try reader.close()
        } catch {
            throw failure(error)
        }
    }

    /// Reads one consistent state.
    func read<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        do {
            return try reader.read(body)
        } catch {
            throw failure(error)
        }
    }

    /// Writes in one transaction; rolled back when `body` throws.
    func write<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        guard let writer else { throw .openedForReading(path: path) }
        do {
            return try writer.write(body)
        } catch {
            throw failure(error)
        }
    }

    /// Runs what must stand outside of a transaction on the writer's connection.
    func writeWithoutTransaction<Value>(_ body: (Database) throws -> Value) throws(LedgerError) -> Value {
        guard let writer else { throw .openedForReading(path: path) }
        do {
            return try writer.writeWithoutTransaction(body)
        } catch {
            throw failure(error)
        }
    }

    /// Brings the tables up to date, one transaction a version.
    func migrate() throws(LedgerError) {
        guard let writer else { throw .openedForReading(path: path) }
        do {
            try schema.migrator.migrate(writer)
        } catch {
            throw failure(error)
        }
    }

    /// Copies the whole ledger into `target` through SQLite's backup API.
    func copy(into target: DatabaseQueue) throws(LedgerError) {
        do {
            try reader.backup(to: target)
        } catch {
            throw failure(error)
        }
    }

    /// Leaves word that this ledger is damaged, so that the next opening for writing sets it aside; whoever only reads leaves none.
    func distrust(because reason: String) throws(LedgerError) {
        guard writer != nil else { return }
        try LedgerFiles(directory: LedgerFiles.folder(of: path)).distrust(because: reason)
    }

    /// What GRDB threw as our error. Damage is remembered beside the file.
    private func failure(_ error: any Error) -> LedgerError {
        let failure = LedgerError(error, path: path)
        guard case .damaged(let path, let reason) = failure else { return failure }
        do throws(LedgerError) {
            try distrust(because: reason)
            return failure
        } catch {
            return .damaged(path: path, reason: "\(reason) (and this cannot be kept in mind: \(error.problem))")
        }
    }
}
