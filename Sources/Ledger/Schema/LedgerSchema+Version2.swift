extension LedgerSchema {
    /// Who asked for what. A row is written before the act, with no result yet: an act that cannot be recorded is not done.
    static let version2 = """
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
        """
}
