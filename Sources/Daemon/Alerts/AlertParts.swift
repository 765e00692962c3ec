package import SchedulerCore

/// What a loop needs for alerts.
package struct AlertParts: Sendable {
    /// What is known of alerts at the start.
    package var book: AlertBook
    /// The units that these runs work on.
    package var maintenance: @Sendable ([RunID]) -> [Maintenance]
    /// Called when notices are in the ledger that may be told at once.
    package var noticesDue: @Sendable () -> Void

    package init(
        book: AlertBook = AlertBook(), maintenance: @escaping @Sendable ([RunID]) -> [Maintenance] = { _ in [] },
        noticesDue: @escaping @Sendable () -> Void = {}
    ) {
        self.book = book
        self.maintenance = maintenance
        self.noticesDue = noticesDue
    }
}
