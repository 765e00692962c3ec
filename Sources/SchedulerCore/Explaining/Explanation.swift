package import CronSchedule

/// Why a job ran, or did not, at one moment: an answer and the facts it rests on.
package struct Explanation: Sendable, Hashable {
    /// What the answer rests on.
    package struct Fact: Sendable, Hashable {
        /// Where it comes from.
        package enum Source: String, Sendable, Hashable, CaseIterable {
            /// The schedules and the zone of the job.
            case timetable
            /// The job's file, or the last good definition.
            case definition
            /// A row of `history --slots`.
            case slot
            /// A row of `history`.
            case run
            case attempt
            /// What happened to the daemon.
            case event
            /// What a person asked for.
            case audit
            /// What the ledger keeps of the clock and of how far the job is accounted for.
            case ledger
            /// What is so at the moment of asking.
            case present
        }

        package var source: Source
        /// When it was so, or was written; nil for what has no moment.
        package var at: Instant?
        package var text: String

        package init(_ source: Source, at: Instant? = nil, _ text: String) {
            self.source = source
            self.at = at
            self.text = text
        }
    }

    package var job: String
    package var moment: Instant
    /// The slot that the moment belongs to; nil when it belongs to none.
    package var slot: Slot?
    /// How the moment lies to the slot.
    package var relation: SlotRelation
    package var verdict: Verdict
    /// The row that accounts for the slot; nil when there is none.
    package var row: Occurrence?
    /// One sentence.
    package var sentence: String
    package var facts: [Fact]
}

/// How a moment that was asked about lies to the slot that it belongs to.
package enum SlotRelation: Sendable, Hashable {
    case exact
    /// Jitter moves the start of the slot by this much; the moment lies in between or at the start.
    case jitter(Duration)
    /// The wall clock never showed the moment as it was written; the slot runs right after the gap.
    case gap
    /// So much after the slot; negative before it.
    case near(Duration)
}
