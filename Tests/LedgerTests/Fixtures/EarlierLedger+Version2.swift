extension EarlierLedger {
    /// Version 1 and what came with version 2.
    static let version2 =
        version1 + #"""

            CREATE TABLE audit (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              at INTEGER NOT NULL,
              uid INTEGER NOT NULL,
              gid INTEGER NOT NULL,
              pid INTEGER NOT NULL,
              user TEXT,
              role TEXT,
              verb TEXT NOT NULL,
              object TEXT,
              detail TEXT NOT NULL,
              result TEXT
            ) STRICT;
            INSERT INTO grdb_migrations VALUES ('2');
            INSERT INTO audit VALUES (1, 1795521600000, 1000, 1000, 4242, 'operator', 'operator', 'pause', 'nightly', 'for 2h', 'done');
            """#
}
