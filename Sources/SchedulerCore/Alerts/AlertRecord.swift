package import CronSchedule

/// Something that happened to an alert: a row of its history.
package struct AlertRecord: Sendable, Hashable {
    /// What. A new word needs a new schema version, so that no older program meets it.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The patience is over. Whether anybody was told, ``told`` says.
        case fired
        case told
        case resolved
        case acknowledged
        case silenced, unsilenced
        /// A channel took no notice, for good.
        case refused
        /// A channel could not be told for three days.
        case expired
        /// A channel was not told after all: a silence, or work on the unit, came first.
        case withdrawn
    }

    /// Grows with every row; nil until it is stored.
    package var number: Int64?
    package var at: Instant
    package var kind: Kind
    package var key: AlertKey?
    /// The incident.
    package var alert: RunID?
    package var level: AlertLevel
    /// A sentence: what was found, which channels were told, who did it.
    package var detail: String

    package init(_ kind: Kind, at instant: Instant, key: AlertKey?, alert: RunID?, level: AlertLevel, detail: String) {
        self.kind = kind
        at = instant
        self.key = key
        self.alert = alert
        self.level = level
        self.detail = detail.cut(to: AlertFinding.summaryBound)
    }
}
