import CronSchedule
import GRDB
import SchedulerCore

extension OutboxRow {
    static let selection =
        "SELECT outbox.id, outbox.payload, outbox.channel, outbox.lane, outbox.created_at, outbox.next_attempt_at, "
        + "outbox.changed_at, outbox.tries, outbox.state, outbox.trouble, outbox.is_fallback, outbox.opens_at, outbox.joined FROM outbox"

    /// The first notice of a lane to a channel that is not told yet: those behind it wait for it, also for one that another row tells of.
    static let isHead = """
        outbox.state = 'waiting' AND NOT EXISTS (
          SELECT 1 FROM outbox AS earlier WHERE earlier.channel = outbox.channel AND earlier.lane = outbox.lane
            AND earlier.state = 'waiting' AND earlier.id < outbox.id)
        AND NOT EXISTS (
          SELECT 1 FROM outbox AS told WHERE told.channel = outbox.channel AND told.lane = outbox.lane
            AND told.state = 'joined' AND told.id < outbox.id)
        """

    /// Whether a notice may be tried: its time has come, or that was decided before the clock was set back.
    static let isDue = "(outbox.next_attempt_at <= ? OR outbox.changed_at > ? + \(tolerance))"

    private static let tolerance = clockTolerance.components.seconds * 1000

    init(_ row: Row) throws(LedgerError) {
        var reader = RowReader(row, of: "outbox")
        let number = try reader.integer()
        let payload = try reader.text()
        let notice = try RecordText.value(AlertNotice.self, from: payload) { reader.refusal($0) }
        let channel = try reader.text()
        let lane = try reader.text()
        let createdAt = try reader.instant()
        self.init(notice: notice, channel: channel, createdAt: createdAt, nextAttempt: try reader.instant())
        self.number = number
        self.lane = lane
        changedAt = try reader.instant()
        tries = try reader.number()
        state = try reader.word()
        trouble = try reader.optionalText()
        isFallback = try reader.flag()
        opensAt = try reader.optionalInstant()
        joined = try reader.optionalWord()
    }
}
