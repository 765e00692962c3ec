/// Makes one notice of several that came together, for channels at which people read.
enum NoticeFolding {
    /// Rows of one pass that begin or end alerts of one job become one for each channel in `channels`: that of the worst one, which names all.
    /// The order of the rest stays.
    static func folded(_ rows: [OutboxRow], for channels: Set<String>) -> [OutboxRow] {
        guard !channels.isEmpty, rows.count > 1 else { return rows }
        var result: [OutboxRow] = []
        var groups: [Group: [OutboxRow]] = [:]
        var order: [Group] = []
        for row in rows {
            let isEnd = row.notice.occasion == .firing || row.notice.occasion == .resolved
            guard channels.contains(row.channel), isEnd else {
                result.append(row)
                continue
            }
            let group = Group(channel: row.channel, job: row.notice.job, occasion: row.notice.occasion)
            if groups[group] == nil { order.append(group) }
            groups[group, default: []].append(row)
        }
        return result + order.compactMap { groups[$0].flatMap(one) }
    }

    private struct Group: Hashable {
        let channel: String
        let job: String
        let occasion: AlertNotice.Occasion
    }

    private static func one(_ rows: [OutboxRow]) -> OutboxRow? {
        guard rows.count > 1, var row = rows.first(where: { $0.notice.severity == .critical }) ?? rows.first else { return rows.first }
        let what = row.notice.occasion == .firing ? "alerts" : "alerts are over"
        let words = rows.map(\.notice.summary).joined(separator: "; ")
        row.notice.summary = "\(rows.count) \(what) of \(row.notice.job): \(words)".cut(to: AlertFinding.summaryBound)
        row.notice.details = rows.map { ([$0.notice.summary] + [$0.notice.details].filter { !$0.isEmpty }).joined(separator: "\n") }
            .joined(separator: "\n\n").cut(to: AlertFinding.detailsBound)
        row.nextAttempt = rows.map(\.nextAttempt).min() ?? row.nextAttempt
        return row
    }
}
