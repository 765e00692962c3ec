extension LedgerSchema {
    /// Notices that are told together: `joined` is the delivery of the row that tells of another one, `opens_at` is from when on a row may
    /// be told with others. Rows of `joined` hold up what is behind them in their lane, as those that wait do.
    static let version4 = """
        ALTER TABLE outbox ADD COLUMN opens_at INTEGER;
        ALTER TABLE outbox ADD COLUMN joined TEXT;
        CREATE INDEX outbox_joined ON outbox (channel, lane, id) WHERE state = 'joined';
        CREATE INDEX outbox_members ON outbox (joined) WHERE joined IS NOT NULL;
        """
}
