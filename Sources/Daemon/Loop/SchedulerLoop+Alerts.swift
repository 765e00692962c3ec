package import CronSchedule
import JobKit
import Ledger
import Logging
package import SchedulerCore

/// Alerts: what passes mean for them, what operators ask, and what came of notices.
extension SchedulerLoop {
    /// Adds to a pass what follows for alerts, so that both are one transaction.
    func follow(_ actions: inout SchedulerActions, ends: [AttemptEnd]) {
        let world = surroundings(after: ends)
        let changes = alerts.book.follow(actions, ends: ends, open: scheduler.open, world)
        actions.alerts = actions.alerts.followed(by: changes)
        let unfollowed = Dictionary(grouping: changes.unfollowed, by: \.job).mapValues(\.count)
        for (job, count) in unfollowed.sorted(by: { $0.key < $1.key }) {
            log.error(
                "\(count) results of \(job) raise no alert: too many checks have one, or had one lately; see acore-sched alerts list --all")
        }
    }

    /// Learns which jobs there are. Only a history that cannot be read is in the way of it; it says so again where it matters.
    func meetJobs() {
        let definitions = scheduler.jobNames.compactMap { scheduler.definition(of: $0) }
        do throws(LedgerError) {
            try alerts.book.meet(definitions, ledger)
        } catch {
            log.warning("how long runs took before is not known: \(error)")
        }
        for (channel, jobs) in alerts.book.strangers(among: definitions) {
            let more = jobs.count > 1 ? " and \(jobs.count - 1) more" : ""
            log.warning(
                "notify.to of \(jobs[0])\(more) names \(channel), and the daemon's file has no channel of that name; fix: add it to channels"
            )
        }
    }

    /// Stops the reminders of an alert.
    package func acknowledge(_ word: String, by author: String) throws(DaemonError) -> Alert {
        let alert = try recordAlerts { book, world throws(AlertBook.Refusal) in try book.acknowledge(word, by: author, world) }
        log.notice("the alert \(alert.key) is acknowledged by \(author)")
        return alert
    }

    /// Holds notices back.
    package func silence(
        _ pattern: String, until end: Instant, by author: String, reason: String
    ) throws(DaemonError) -> AlertSilence {
        let silence = try recordAlerts { book, world throws(AlertBook.Refusal) in
            try book.silence(pattern, until: end, by: author, reason: reason, world)
        }
        log.notice("alerts of \(silence.pattern) are silenced until \(silence.until) by \(author)")
        return silence
    }

    /// Ends a silence.
    package func unsilence(_ word: String, by author: String) throws(DaemonError) -> AlertSilence {
        let silence = try recordAlerts { book, world throws(AlertBook.Refusal) in try book.unsilence(word, by: author, world) }
        log.notice("the silence of \(silence.pattern) is ended by \(author)")
        return silence
    }

    /// Writes that a notice is about to be tried, and what its delivery tells of besides: each later try tells of the same.
    /// - Parameter dice: from 0 to 1.
    /// - Returns: nil when it is not to be told now, or not at all.
    package func begin(_ row: OutboxRow, dice: Double) throws(DaemonError) -> NoticeGroup? {
        guard row.tries == 0 else { return try beginAgain(row, dice: dice) }
        let rows: [OutboxRow]
        do throws(LedgerError) {
            rows = try ledger.lanes(around: row)
        } catch {
            throw DaemonError(error)
        }
        return try recordAlerts { book, world throws(AlertBook.Refusal) in
            let begun = book.begin(row, among: rows, dice: dice, world)
            return (begun.group, begun.changes)
        }
    }

    private func beginAgain(_ row: OutboxRow, dice: Double) throws(DaemonError) -> NoticeGroup {
        var group: NoticeGroup
        do throws(LedgerError) {
            group = NoticeGroup(leader: row, members: row.opensAt == nil ? [] : try ledger.members(of: row.notice.delivery))
        } catch {
            throw DaemonError(error)
        }
        let attempt = DeliveryPolicy.attempt(row, now: clock.now(), dice: dice)
        try recordAlerts { _, _ throws(AlertBook.Refusal) in
            var changes = AlertChanges()
            changes.deliveries = [attempt]
            return ((), changes)
        }
        group.leader.tries = attempt.triesNow
        return group
    }

    /// Writes what came of a try.
    /// - Parameter dice: from 0 to 1.
    package func settle(_ group: NoticeGroup, after outcome: DeliveryOutcome, dice: Double) throws(DaemonError) {
        var behind: [OutboxRow] = []
        if outcome != .delivered {
            // The last row of each alert: what is behind that was not told of.
            let last = Dictionary(group.rows.map { ($0.notice.alert, $0) }) { _, later in later }
            do throws(LedgerError) {
                for row in last.values { behind += try ledger.notices(behind: row) }
            } catch {
                throw DaemonError(error)
            }
            behind.sort { ($0.number ?? .max) < ($1.number ?? .max) }
        }
        try recordAlerts { [behind] book, world throws(AlertBook.Refusal) in
            ((), book.settle(group, after: outcome, dice: dice, behind: behind, world))
        }
    }

    /// Whole, or not at all.
    @discardableResult
    private func recordAlerts<Value>(
        _ ask: (inout AlertBook, AlertSurroundings) throws(AlertBook.Refusal) -> (Value, AlertChanges)
    ) throws(DaemonError) -> Value {
        guard !isStuck else {
            throw DaemonError("the ledger takes no rows just now", fix: "see the daemon's log; make room, or correct rights")
        }
        let before = alerts.book
        let world = surroundings(after: [])
        var actions = SchedulerActions()
        let value: Value
        do throws(AlertBook.Refusal) {
            (value, actions.alerts) = try ask(&alerts.book, world)
        } catch {
            throw DaemonError(error)
        }
        do throws(LedgerError) {
            try ledger.commit(LedgerChanges(actions))
        } catch {
            alerts.book = before
            if error.isDamage { _ = giveUp(over: error) }
            // Retention took the row: there is nothing left to be marked.
            let isGone = if case .conflict(.deliveryChanged) = error { true } else { false }
            throw DaemonError("this cannot be recorded: \(error.problem)", fix: error.fix, category: isGone ? .notFound : .failed)
        }
        carryOut(actions)
        arm()
        return value
    }

    /// Marks are looked for only where one may hold something back.
    private func surroundings(after ends: [AttemptEnd]) -> AlertSurroundings {
        let scheduler = scheduler
        let mayHoldBack = alerts.book.hasActive || ends.contains(where: \.isTrouble)
        let live =
            mayHoldBack ? scheduler.open.values.filter { $0.state == .running && scheduler.surroundings.programs[$0.kind] == nil } : []
        return AlertSurroundings(
            now: clock.now(), definition: { scheduler.definition(ofRunsOf: $0) },
            maintenance: live.isEmpty ? [] : alerts.maintenance(live.map(\.id)))
    }
}

extension AttemptEnd {
    /// Whether an alert may follow.
    fileprivate var isTrouble: Bool { checks.contains { $0.state != .ok } || result?.outcome != .succeeded }
}

extension DaemonError {
    /// Why a request about alerts changes nothing.
    init(_ refusal: AlertBook.Refusal) {
        switch refusal {
        case .unknownAlert(let word):
            self.init("no alert that fires has the id or the key \(word)", fix: "see acore-sched alerts list", category: .notFound)
        case .unknownSilence(let word):
            self.init("there is no silence \(word)", fix: "see acore-sched alerts list --silences", category: .notFound)
        case .tooManySilences:
            self.init("there are \(AlertSilence.bound) silences already", fix: "end some, or use a pattern with *", category: .busy)
        }
    }
}
