extension EarlierLedger {
    /// Version 3 and what came with version 4.
    static let version4 =
        version3 + #"""

            ALTER TABLE outbox ADD COLUMN opens_at INTEGER;
            ALTER TABLE outbox ADD COLUMN joined TEXT;
            CREATE INDEX outbox_joined ON outbox (channel, lane, id) WHERE state = 'joined';
            CREATE INDEX outbox_members ON outbox (joined) WHERE joined IS NOT NULL;
            INSERT INTO grdb_migrations VALUES ('4');
            """#
}
