package import CronSchedule

/// Something that happened to the daemon itself, kept beside the jobs' history.
package struct LedgerEvent: Sendable, Hashable {
    /// What happened. A new word needs a new schema version, so that no older program meets it.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case started, stopped
        /// The wall clock leaped.
        case clockStep = "clock_step"
        /// The clock was set back: slots count in a new era.
        case eraChange = "era_change"
        case ledgerCreated = "ledger_created"
        case ledgerSetAside = "ledger_set_aside"
        case ledgerMigrated = "ledger_migrated"
        /// The check in the background found damage.
        case ledgerDamaged = "ledger_damaged"
        case jobAdded = "job_added"
        case jobChanged = "job_changed"
        case jobRemoved = "job_removed"
        case jobPaused = "job_paused"
        case jobResumed = "job_resumed"
        /// A timetable could not be searched.
        case scheduleFailed = "schedule_failed"
    }

    /// Grows with every event; nil until it is stored.
    package var number: Int64?
    package var at: Instant
    package var kind: Kind
    /// The job that it concerns, if one.
    package var job: String?
    /// A sentence with the facts.
    package var detail: String

    /// What opening the ledger had to do.
    package init(at: Instant, _ notice: LedgerNotice) {
        let kind: Kind =
            switch notice {
            case .created: .ledgerCreated
            case .setAside: .ledgerSetAside
            case .migrated: .ledgerMigrated
            }
        self.init(at: at, kind: kind, detail: notice.description)
    }

    /// An event to be stored.
    package init(at: Instant, kind: Kind, job: String? = nil, detail: String) {
        self.at = at
        self.kind = kind
        self.job = job
        self.detail = detail
    }
}
