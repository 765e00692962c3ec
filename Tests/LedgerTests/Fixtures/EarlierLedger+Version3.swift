extension EarlierLedger {
    /// Version 2 and what came with version 3.
    static let version3 =
        version2 + #"""

            CREATE TABLE checks (
              id INTEGER PRIMARY KEY,
              job TEXT NOT NULL,
              name TEXT NOT NULL,
              target TEXT NOT NULL,
              last_result INTEGER,
              last_at INTEGER NOT NULL,
              folded_to INTEGER NOT NULL DEFAULT 0,
              UNIQUE (job, name, target)
            ) STRICT;

            CREATE TABLE check_results (
              id INTEGER PRIMARY KEY,
              "check" INTEGER NOT NULL REFERENCES checks (id) ON DELETE CASCADE,
              at INTEGER NOT NULL,
              run TEXT NOT NULL,
              level TEXT NOT NULL,
              value REAL,
              unit TEXT,
              warning REAL,
              critical REAL,
              window_s REAL,
              reason TEXT,
              inputs TEXT,
              count INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX check_results_by_check ON check_results ("check", at);

            CREATE TABLE alerts (
              key TEXT PRIMARY KEY,
              revision INTEGER NOT NULL,
              state TEXT NOT NULL,
              level TEXT NOT NULL,
              alert TEXT,
              changed_at INTEGER NOT NULL,
              record TEXT NOT NULL
            ) STRICT;

            CREATE TABLE alert_events (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              at INTEGER NOT NULL,
              kind TEXT NOT NULL,
              key TEXT,
              job TEXT,
              alert TEXT,
              level TEXT NOT NULL,
              detail TEXT NOT NULL
            ) STRICT;
            CREATE INDEX alert_events_by_alert ON alert_events (alert) WHERE alert IS NOT NULL;

            CREATE TABLE outbox (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              delivery TEXT NOT NULL UNIQUE,
              alert TEXT NOT NULL,
              channel TEXT NOT NULL,
              sequence INTEGER NOT NULL,
              lane TEXT NOT NULL,
              payload TEXT NOT NULL,
              created_at INTEGER NOT NULL,
              next_attempt_at INTEGER NOT NULL,
              changed_at INTEGER NOT NULL,
              tries INTEGER NOT NULL,
              state TEXT NOT NULL,
              trouble TEXT,
              is_fallback INTEGER NOT NULL,
              UNIQUE (channel, alert, sequence)
            ) STRICT;
            CREATE INDEX outbox_waiting ON outbox (channel, lane, id) WHERE state = 'waiting';

            CREATE TABLE silences (
              id TEXT PRIMARY KEY,
              pattern TEXT NOT NULL,
              until INTEGER NOT NULL,
              author TEXT NOT NULL,
              reason TEXT NOT NULL,
              created_at INTEGER NOT NULL,
              ended_at INTEGER
            ) STRICT;
            INSERT INTO grdb_migrations VALUES ('3');
            INSERT INTO checks VALUES (1, 'health', 'disk', '/', 2, 1795521660000, 0);
            INSERT INTO check_results VALUES (1, 1, 1795521600000, '01KAQZZZ000000000000000001', 'ok', 41.5, 'percent', 90, 95, NULL, NULL, NULL, 1);
            INSERT INTO check_results VALUES (2, 1, 1795521660000, '01KAQZZZ000000000000000002', 'critical', 97, 'percent', 90, 95, 60, 'nearly full', '{"used":"97"}', 1);
            INSERT INTO silences VALUES ('01KAQZZZ00000000000000000S', 'health/*', 1795599999000, 'operator', 'new disk', 1795521600000, NULL);
            INSERT INTO alert_events VALUES (1, 1795521660000, 'fired', NULL, 'health', '01KAQZZZ00000000000000000A', 'critical', 'nearly full');
            """#
}
