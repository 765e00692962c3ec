import CronSchedule
import GRDB
import SchedulerCore

extension Slot {
    /// As it lies in a column: an integer or a text.
    var databaseValue: DatabaseValue {
        switch self {
        case .instant(let instant): instant.milliseconds.databaseValue
        case .boot(let id): id.databaseValue
        }
    }
}
