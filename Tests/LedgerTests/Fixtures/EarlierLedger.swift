/// A ledger as a release wrote it: its tables and a few rows, as SQL.
///
/// Each schema version adds one when it is released; none ever changes.
struct EarlierLedger: Sendable {
    let version: String
    let sql: String

    static let all = [
        EarlierLedger(version: "1", sql: version1), EarlierLedger(version: "2", sql: version2), EarlierLedger(version: "3", sql: version3),
        EarlierLedger(version: "4", sql: version4), EarlierLedger(version: "5", sql: version5),
    ]
}
