package import CronSchedule

/// Something that happened to the daemon or to the job's file, as far as explanations ask.
package struct PastEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case started, stopped
        case clockForward, clockBack
        case ledgerBegun, ledgerSetAside
        case jobAdded, jobChanged, jobRemoved
        case jobPaused, jobResumed
        /// A person asked for something about the job or a run of it.
        case asked
        case other
    }

    package var at: Instant
    package var kind: Kind
    /// The job that it concerns, if one.
    package var job: String?
    package var detail: String

    package init(_ kind: Kind, at: Instant, job: String? = nil, detail: String) {
        self.kind = kind
        self.at = at
        self.job = job
        self.detail = detail
    }
}
