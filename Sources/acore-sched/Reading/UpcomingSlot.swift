import CronSchedule

/// A slot to come.
struct UpcomingSlot {
    let job: String
    /// The moment of the timetable.
    let slot: Instant
    /// When the run starts: the slot, and the job's jitter.
    let dueAt: Instant
    let zone: any TimeZoneRules
    /// What a change of the clock does here.
    let note: String?

    /// In JSON: moments with the offset of the job's zone.
    struct JSON: Encodable {
        let job: String
        let at: String
        /// The slot, where jitter makes the start later.
        let slot: String?
        let timezone: String
        let note: String?
    }

    var json: JSON {
        JSON(
            job: job, at: LocalTime.exact(dueAt, in: zone), slot: dueAt == slot ? nil : LocalTime.exact(slot, in: zone),
            timezone: zone.identifier, note: note)
    }
}
