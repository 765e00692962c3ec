extension EarlierLedger {
    /// Version 4 and what came with version 5.
    static let version5 =
        version4 + #"""

            CREATE TABLE channel_rests (
              channel TEXT PRIMARY KEY,
              at INTEGER NOT NULL,
              until INTEGER NOT NULL
            ) STRICT;
            INSERT INTO grdb_migrations VALUES ('5');
            """#
}
