/// What a server of PostgreSQL says of itself and of one database.
struct PostgreSQLFigures: Decodable, Sendable, Hashable {
    let version: String
    /// Whether it follows another server.
    let inRecovery: Bool
    let size: Int64
    let tables: Int
    let connections: Int
    let maxConnections: Int
    /// Of these, kept for administrators.
    let reservedConnections: Int
    /// Of the oldest row that is not frozen, in transactions, of all databases.
    let transactionAge: Int64
    /// Pages that were read and had another checksum, of all databases since their statistics began.
    let checksumFailures: Int64

    private enum CodingKeys: String, CodingKey {
        case version, size, tables, connections
        case inRecovery = "in_recovery"
        case maxConnections = "max_connections"
        case reservedConnections = "reserved_connections"
        case transactionAge = "transaction_age"
        case checksumFailures = "checksum_failures"
    }

    /// PostgreSQL 12 or later; any user may ask.
    static let query = """
        SELECT json_build_object(
            'version', current_setting('server_version'), 'in_recovery', pg_is_in_recovery(),
            'size', pg_database_size(current_database()),
            'tables', (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
            'connections', (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend'),
            'max_connections', current_setting('max_connections')::int,
            'reserved_connections', current_setting('superuser_reserved_connections')::int,
            'transaction_age', (SELECT max(age(datfrozenxid)) FROM pg_catalog.pg_database),
            'checksum_failures', (SELECT coalesce(sum(checksum_failures), 0) FROM pg_catalog.pg_stat_database))
        """

    var connectionPercent: Double { 100 * Double(connections) / Double(max(1, maxConnections - reservedConnections)) }
    /// Of the 2³¹ transactions after which it would take the oldest rows for new ones, and stops before that.
    var agePercent: Double { 100 * Double(transactionAge) / 2_147_483_648 }

    var inputs: [String: String] {
        [
            "server_version": version, "in_recovery": inRecovery ? "yes" : "no", "size_bytes": "\(size)",
            "size_mb": (Double(size) / 1_048_576).text(places: 2), "table_count": "\(tables)", "connections": "\(connections)",
            "max_connections": "\(maxConnections)", "superuser_reserved_connections": "\(reservedConnections)",
            "connections_percent": connectionPercent.shortText, "transaction_age": "\(transactionAge)",
            "transaction_age_percent": agePercent.shortText, "checksum_failures": "\(checksumFailures)",
        ]
    }
}
