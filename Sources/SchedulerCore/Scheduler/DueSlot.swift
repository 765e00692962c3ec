import CronSchedule

/// A slot that is to run, as far as its own timetable goes.
struct DueSlot: Sendable {
    var slot: Slot
    var era: Int
    var trigger: Run.Trigger
    /// The slot after its jitter.
    var dueAt: Instant
    var latenessMilliseconds: Int64
}
