import CronSchedule
import GRDB
import SchedulerCore

extension Occurrence {
    static let columns = [
        "slot", "era", "account", "reason", "run", "detail", "decided_at", "lateness_ms", "span_first", "count",
    ]

    static let selection =
        "SELECT jobs.name AS job, " + columns.map { "occurrences." + $0 }.joined(separator: ", ")
        + " FROM occurrences JOIN jobs ON jobs.id = occurrences.job"

    /// Inserts, or gives a slot that waits its final account; changes nothing when the slot has one already.
    static let claim =
        "INSERT INTO occurrences (job, \(columns.joined(separator: ", "))) VALUES (?"
        + String(repeating: ", ?", count: columns.count) + ") ON CONFLICT (job, slot, era) DO UPDATE SET "
        + columns.dropFirst(2).map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        + " WHERE occurrences.account = 'waiting' AND excluded.account <> 'waiting'"

    func values() -> [(any DatabaseValueConvertible)?] {
        let account = AccountWords(account)
        return [
            slot.databaseValue, era, account.word.rawValue, account.reason, account.run?.rawValue, detail.storable, decidedAt.milliseconds,
            latenessMilliseconds, spanFirst?.milliseconds, count,
        ]
    }

    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "occurrences")
        let job = try reader.text()
        let slot = try reader.slot()
        let era = try reader.number()
        let account = try Account.read(from: &reader)
        let detail = try reader.text()
        let decidedAt = try reader.instant()
        let lateness = try reader.integer()
        let spanFirst = try reader.optionalInstant()
        self.init(
            job: job, slot: slot, era: era, account: account, detail: detail, decidedAt: decidedAt, latenessMilliseconds: lateness,
            spanFirst: spanFirst, count: try reader.number())
    }
}

extension LapsedClaim {
    /// Changes the row of a slot that says it ran, if its run has ended and never started.
    static let correction = """
        UPDATE occurrences SET account = ?, reason = ?, run = NULL, detail = ?, decided_at = ?, lateness_ms = ?
          WHERE job = ? AND slot = ? AND run = ? AND account IN ('ran', 'caught_up') AND EXISTS (
            SELECT 1 FROM runs WHERE runs.run = occurrences.run AND started_at IS NULL AND ended_at IS NOT NULL)
        """

    /// What ``correction`` sets.
    func values() -> [(any DatabaseValueConvertible)?] {
        let words = AccountWords(account)
        return [words.word.rawValue, words.reason, detail.storable, decidedAt.milliseconds, latenessMilliseconds]
    }
}

/// An account as three columns.
private struct AccountWords {
    enum Word: String {
        case waiting, ran, skipped, missed
        case caughtUp = "caught_up"
    }

    let word: Word
    var reason: String?
    var run: RunID?

    init(_ account: Occurrence.Account) {
        switch account {
        case .waiting(let trigger): (word, reason) = (.waiting, trigger.rawValue)
        case .ran(let run): (word, self.run) = (.ran, run)
        case .caughtUp(let run): (word, self.run) = (.caughtUp, run)
        case .skipped(let reason): (word, self.reason) = (.skipped, reason.rawValue)
        case .missed(let reason): (word, self.reason) = (.missed, reason.rawValue)
        }
    }
}

extension Occurrence.Account {
    fileprivate static func read(from reader: inout RowReader) throws(LedgerError) -> Occurrence.Account {
        let word: AccountWords.Word = try reader.word()
        switch word {
        case .waiting:
            let account = Occurrence.Account.waiting(try reader.word())
            _ = try reader.optionalText()
            return account
        case .ran:
            _ = try reader.optionalText()
            return .ran(run: try reader.word())
        case .caughtUp:
            _ = try reader.optionalText()
            return .caughtUp(run: try reader.word())
        case .skipped:
            let account = Occurrence.Account.skipped(try reader.word())
            _ = try reader.optionalText()
            return account
        case .missed:
            let account = Occurrence.Account.missed(try reader.word())
            _ = try reader.optionalText()
            return account
        }
    }
}
