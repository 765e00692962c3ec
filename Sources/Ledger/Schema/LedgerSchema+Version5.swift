extension LedgerSchema {
    /// Channels whose receivers asked to be left alone, and until when. A state of the outbox and a word of the history are new, too:
    /// `withdrawn`.
    static let version5 = """
        CREATE TABLE channel_rests (
          channel TEXT PRIMARY KEY,
          at INTEGER NOT NULL,
          until INTEGER NOT NULL
        ) STRICT;
        """
}
