import JobKit

/// The settings of ``DatabaseHealth``.
struct DatabaseHealthSettings: Sendable, Hashable {
    /// What a row that refers to a missing one means.
    enum ForeignKeys: String, CaseIterable, Sendable {
        case critical
        case warning
        /// Nobody looks.
        case off
    }

    /// Absolute, each once.
    let paths: [String]
    let servers: [PostgreSQLSettings]
    /// PostgreSQL's own program, which asks its servers.
    let psql: String
    let quickEvery: Duration
    let fullEvery: Duration
    let foreignKeys: ForeignKeys
    /// A longer `-wal` is not written back as it should be.
    let logLimit: ByteCount
    let timeLimit: Duration
    /// For databases whose readers hold up their writer.
    let lockLimit: Duration

    init(from section: inout SettingsSection) {
        paths = section.textList(
            "paths", of: .absolutePath, orSingle: true, help: "SQLite files; one that is missing or empty is critical.")
        servers = section.sectionMap("postgresql", help: "Databases of PostgreSQL: a name for each, and how it is reached.") {
            PostgreSQLSettings(name: $0, from: &$1)
        }
        psql = section.text("psql", form: .absolutePath, default: "/usr/bin/psql", help: "The program that asks servers of PostgreSQL.")
        quickEvery = section.duration(
            "quick_every", in: .zero...(.seconds(604_800)), default: .seconds(3600),
            help: "How often quick_check reads the structure; in between only sizes, header and schema are looked at.")
        fullEvery = section.duration(
            "full_every", in: .zero...(.seconds(31_536_000)), default: .seconds(86_400),
            help:
                "How often integrity_check compares indexes with tables, and foreign_key_check rows with each other; the first look does so, too."
        )
        foreignKeys = section.choice(
            "foreign_keys", default: ForeignKeys.critical,
            help: "What a row that refers to a missing one is: critical, warning, or off for not looking.")
        logLimit = section.bytes(
            "wal_limit", in: ByteCount(4096)...ByteCount(1 << 40), default: ByteCount(64 << 20),
            help: "A -wal file above this is a warning: a reader that never ends keeps it from being written back.")
        timeLimit = section.duration(
            "time_limit", in: .milliseconds(100)...(.seconds(3600)), default: .seconds(30),
            help: "How long a look at one database may take; a check that is not done by then is unknown, and tried again an hour later.")
        lockLimit = section.duration(
            "lock_limit", in: .milliseconds(100)...(.seconds(600)), default: .seconds(4),
            help: "As time_limit, for a database without write-ahead log: its writer has to wait while it is read.")
        check(&section)
    }

    private func check(_ section: inout SettingsSection) {
        if paths.isEmpty, servers.isEmpty {
            section.report(
                .error, at: "paths", part: .key, problem: "\(section.place()) names no database",
                fix: "add for example paths: [/var/lib/bot/bot.db]")
        }
        if Set(paths).count < paths.count {
            section.report(
                .error, at: "paths", problem: "\(section.place("paths")) names a file twice", fix: "name each once")
        }
    }
}
