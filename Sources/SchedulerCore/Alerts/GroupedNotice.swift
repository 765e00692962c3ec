import JobKit

/// One notice of several: what people read of a group.
struct GroupedNotice {
    let notice: AlertNotice

    /// - Parameters:
    ///   - notices: in the order in which they were decided; at least one.
    ///   - delivery: the id under which they are told.
    init(_ notices: [AlertNotice], delivery: RunID) {
        let alerts = Self.alerts(notices)
        // Each incident that goes on before those that are over, the worst first.
        let ranked = alerts.enumerated().sorted { (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset) }.map(\.element)
        var told = ranked.first ?? notices[0]
        told.delivery = delivery
        if ranked.count > 1 { Self.tell(of: ranked, in: &told) }
        notice = told
    }

    private static func tell(of alerts: [AlertNotice], in told: inout AlertNotice) {
        let open = alerts.filter { $0.status == "firing" }
        let words = alerts.map(\.summary).joined(separator: "; ")
        told.summary = "\(heading(of: alerts, open: open.count)): \(words)".cut(to: AlertFinding.summaryBound)
        told.details = alerts.map { ([$0.summary] + [$0.details].filter { !$0.isEmpty }).joined(separator: "\n") }
            .joined(separator: "\n\n").cut(to: AlertFinding.detailsBound)
        told.occasion = open.map(\.occasion).min { order($0) < order($1) } ?? .resolved
        told.severity = (open.isEmpty ? alerts : open).map(\.severity).max() ?? told.severity
        told.startedAt = alerts.map(\.startedAt).min() ?? told.startedAt
        told.endedAt = open.isEmpty ? alerts.compactMap(\.endedAt).max() : nil
        told.members = alerts
    }

    private static func heading(of alerts: [AlertNotice], open: Int) -> String {
        let jobs = Set(alerts.map(\.job))
        let subject = "\(alerts.count) alerts of \(jobs.count == 1 ? alerts[0].job : "\(jobs.count) jobs")"
        let over = alerts.count - open
        return over == 0 ? subject : open == 0 ? "\(subject) are over" : "\(subject), \(over) of them over"
    }

    /// One notice for each incident: its last one, which says what was not told before.
    private static func alerts(_ notices: [AlertNotice]) -> [AlertNotice] {
        var order: [RunID] = []
        var stories: [RunID: [AlertNotice]] = [:]
        for notice in notices {
            if stories[notice.alert] == nil { order.append(notice.alert) }
            stories[notice.alert, default: []].append(notice)
        }
        return order.compactMap { stories[$0].flatMap(whole) }
    }

    private static func whole(_ story: [AlertNotice]) -> AlertNotice? {
        guard let first = story.first, var last = story.last, story.count > 1 else { return story.first }
        guard last.occasion == .resolved else {
            last.occasion = story.map(\.occasion).min { Self.order($0) < Self.order($1) } ?? last.occasion
            return last
        }
        guard first.occasion == .firing else { return last }
        let span = Duration.seconds(max(0, (last.endedAt ?? last.startedAt) - last.startedAt) / 1000).settingText
        last.summary = "\(first.summary); over after \(span): \(last.summary)".cut(to: AlertFinding.summaryBound)
        if last.details.isEmpty { last.details = first.details }
        return last
    }

    private static func rank(_ alert: AlertNotice) -> Int { alert.status == "firing" ? (alert.severity == .critical ? 0 : 1) : 2 }

    /// What is told for the first time comes first.
    private static func order(_ occasion: AlertNotice.Occasion) -> Int {
        switch occasion {
        case .firing: 0
        case .severity: 1
        case .escalation: 2
        case .reminder: 3
        case .resolved, .test: 4
        }
    }
}
