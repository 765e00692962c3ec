import GRDB

/// The versions of the ledger's tables, and the way from each to the next.
///
/// A version that was released never changes: a test compares it with what that release wrote.
struct LedgerSchema: Sendable {
    /// The SQL that leads to a version from the one before.
    struct Step: Sendable {
        let version: String
        let sql: String
    }

    let steps: [Step]

    /// What this program reads and writes.
    static let current = LedgerSchema(steps: [
        Step(version: "1", sql: version1), Step(version: "2", sql: version2), Step(version: "3", sql: version3),
        Step(version: "4", sql: version4), Step(version: "5", sql: version5),
    ])

    /// `PRAGMA application_id`: "ACSD" in the file's header, so that another program's database is not taken for ours.
    static let applicationID: Int32 = 0x4143_5344

    /// The newest version.
    var version: String { steps.last?.version ?? "0" }

    var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for step in steps {
            migrator.registerMigration(step.version) { database in try database.execute(sql: step.sql) }
        }
        return migrator
    }

    /// Every table and index of `database`, by name, as text that can be compared.
    static func objects(in database: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT name, coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        var objects: [String: String] = [:]
        for row in rows { objects[row[0] as String] = row[1] as String }
        return objects
    }

    /// What ``objects(in:)`` must be at `version`.
    func expectedObjects(at version: String) throws -> [String: String] {
        let model = try DatabaseQueue()
        try migrator.migrate(model, upTo: version)
        return try model.read(Self.objects)
    }
}
