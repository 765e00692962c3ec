package import CronSchedule
import GRDB
package import SchedulerCore

extension Ledger {
    /// Channels that asked to be left alone for a time that is not over by `now`, in the order of their names.
    package func rests(at now: Instant) throws(LedgerError) -> [ChannelRest] {
        try read { database in
            try Row.fetchAll(
                database, sql: "SELECT channel, at, until FROM channel_rests WHERE until > ? ORDER BY channel",
                arguments: [now.milliseconds]
            ).map { row throws(LedgerError) in
                var reader = RowReader(row, of: "channel_rests")
                let channel = try reader.text()
                let at = try reader.instant()
                return ChannelRest(channel: channel, at: at, until: try reader.instant())
            }
        }
    }
}
