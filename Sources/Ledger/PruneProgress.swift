/// What one batch of retention did, and where the next one goes on.
package struct PruneProgress: Sendable, Hashable {
    /// Rows that went in this batch.
    package var runs = 0
    package var occurrences = 0
    package var events = 0
    package var auditEntries = 0
    /// Of checks and alerts.
    package var alertRows = 0
    /// Jobs without a file whose last row went.
    package var jobs = 0
    /// Free pages that were given back to the file system.
    package var pages = 0
    /// Whether every job was looked at and nothing more has to go.
    package var isComplete = false
    /// The number of the last job that was finished.
    var lastJob: Int64 = 0

    /// Where a pass begins.
    package init() {}
}
