extension LedgerSchema {
    /// Times are milliseconds since 1970, UTC; enums are their words; `slot` is an integer for a moment and a text for a boot.
    ///
    /// Rows name their job by number: at a million rows its name twice over would be the greater part of the file.
    /// `jobs` carries what `list` and `after:` ask for, so that neither depends on the length of the history.
    static let version1 = """
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
        """
}
