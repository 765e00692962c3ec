extension EarlierLedger {
    static let version1 = #"""
        PRAGMA application_id = 1094931268;
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        CREATE TABLE jobs (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          last_run INTEGER,
          last_success_run INTEGER,
          last_success_at INTEGER,
          last_start_run INTEGER,
          last_start_at INTEGER,
          forgotten_at INTEGER
        ) STRICT;
        CREATE TABLE runs (
          id INTEGER PRIMARY KEY,
          run TEXT NOT NULL UNIQUE,
          job INTEGER NOT NULL REFERENCES jobs (id),
          kind TEXT NOT NULL,
          "trigger" TEXT NOT NULL,
          state TEXT NOT NULL,
          attempt INTEGER NOT NULL,
          slot ANY,
          claimed_at INTEGER NOT NULL,
          due_at INTEGER NOT NULL,
          started_at INTEGER,
          ended_at INTEGER,
          retry_at INTEGER,
          dry_run INTEGER NOT NULL,
          summary TEXT,
          fix TEXT,
          numbers TEXT,
          retry TEXT,
          exit_code INTEGER,
          signal INTEGER,
          cpu_us INTEGER,
          peak_memory_bytes INTEGER,
          read_bytes INTEGER,
          written_bytes INTEGER,
          out_of_memory_kills INTEGER
        ) STRICT;
        CREATE INDEX runs_by_job ON runs (job);
        CREATE INDEX runs_by_state ON runs (state);
        CREATE INDEX runs_by_job_and_state ON runs (job, state);
        CREATE TABLE attempts (
          run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
          number INTEGER NOT NULL,
          started_at INTEGER NOT NULL,
          ended_at INTEGER,
          state TEXT NOT NULL,
          summary TEXT,
          fix TEXT,
          numbers TEXT,
          retry TEXT,
          exit_code INTEGER,
          signal INTEGER,
          cpu_us INTEGER,
          peak_memory_bytes INTEGER,
          read_bytes INTEGER,
          written_bytes INTEGER,
          out_of_memory_kills INTEGER,
          PRIMARY KEY (run, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE occurrences (
          id INTEGER PRIMARY KEY,
          job INTEGER NOT NULL REFERENCES jobs (id),
          slot ANY NOT NULL,
          era INTEGER NOT NULL,
          account TEXT NOT NULL,
          reason TEXT,
          run TEXT,
          detail TEXT NOT NULL,
          decided_at INTEGER NOT NULL,
          lateness_ms INTEGER NOT NULL,
          span_first INTEGER,
          count INTEGER NOT NULL,
          UNIQUE (job, slot, era)
        ) STRICT;
        CREATE INDEX occurrences_by_job ON occurrences (job);
        CREATE INDEX occurrences_waiting ON occurrences (id) WHERE account = 'waiting';
        CREATE INDEX occurrences_spans ON occurrences (job, slot) WHERE span_first IS NOT NULL;
        CREATE TABLE cursors (
          job INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
          accounted_to INTEGER NOT NULL,
          era INTEGER NOT NULL,
          jitter_ms INTEGER NOT NULL,
          jitter_span_ms INTEGER NOT NULL,
          fixed_floor INTEGER,
          boot_served TEXT,
          paused_until INTEGER,
          silent_reason TEXT,
          timetable TEXT
        ) STRICT;
        CREATE TABLE clock (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          era INTEGER NOT NULL,
          last_seen INTEGER NOT NULL,
          boot_id TEXT NOT NULL
        ) STRICT;
        CREATE TABLE events (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          at INTEGER NOT NULL,
          kind TEXT NOT NULL,
          job TEXT,
          detail TEXT NOT NULL
        ) STRICT;
        INSERT INTO grdb_migrations VALUES ('1');
        INSERT INTO jobs VALUES (1, 'nightly', 2, 1, 1795435260000, 2, 1795521600123, NULL), (2, 'gone', 3, NULL, NULL, NULL, NULL, 1795521600000);
        INSERT INTO runs VALUES
         (1, '01KAQZZZ000000000000000001', 1, 'backup', 'schedule', 'warning', 1, 1795435200000, 1795435200005, 1795435200000, 1795435200123,
          1795435260000, NULL, 0, '3 of 4 sources', 'look there', '{"bytes":1024,"ratio":0.5}', 'may_help', 3, NULL, 1500000, 33554432, 10, 20, 0),
         (2, '01KAQZZZ000000000000000002', 1, 'backup', 'catch_up', 'running', 2, 1795521600000, 1795521600005, 1795521600000, 1795521600123,
          NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
         (3, '01KAQZZZ000000000000000003', 2, 'command', 'manual', 'due', 1, '4b7d5e0c-71a4', 1795521600005, 1795521600000, NULL,
          NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO attempts VALUES (2, 1, 1795521600123, 1795521660000, 'failed', 'exit status 1', NULL, NULL, NULL, 1, NULL, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO occurrences VALUES
         (1, 1, 1795435200000, 0, 'ran', NULL, '01KAQZZZ000000000000000001', 'on time', 1795435200005, 5, NULL, 1),
         (2, 1, 1795500000000, 0, 'missed', 'down', NULL, 'the daemon did not run', 1795521600005, 21600005, 1795440000000, 12),
         (3, 1, '4b7d5e0c-71a4', 1, 'waiting', 'schedule', NULL, 'waits for nightly', 1795521600005, 0, NULL, 1);
        INSERT INTO cursors VALUES (1, 1795521600000, 1, 1500, 60000, 1795521000000, '4b7d5e0c-71a4', 9223372036854775807, 'paused', NULL);
        INSERT INTO clock VALUES (1, 1, 1795521600005, '4b7d5e0c-71a4');
        INSERT INTO events VALUES (1, 1795435200000, 'started', NULL, 'version 1.0.0'), (2, 1795521600000, 'job_removed', 'gone', 'its file is gone');
        """#
}
