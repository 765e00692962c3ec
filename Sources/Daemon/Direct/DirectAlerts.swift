import ControlClient
package import CronSchedule
import Glibc
import JobFiles
import Ledger
package import Logging
package import SchedulerCore

/// Alerts while no daemon holds the state directory: what runs by hand mean for them, and what a person asks.
package struct DirectAlerts: Sendable {
    private let site: Site
    private let state: StateDirectory
    private let log: Logger
    private let now: Instant

    package init(site: Site, log: Logger, now: Instant) throws(DaemonError) {
        self.site = site
        self.log = log
        self.now = now
        state = try StateDirectory(path: site.locations.stateDirectory)
    }

    /// What follows from the end of a run, for its transaction. The next daemon tells of it.
    static func changes(
        after end: AttemptEnd, of run: Run, from state: RunState, definition: JobDefinition?, in ledger: Ledger, site: Site, now: Instant
    ) throws(LedgerError) -> AlertChanges {
        var book = try Self.book(ledger, site, now)
        if let definition { try book.meet([definition], ledger) }
        var actions = SchedulerActions()
        actions.moves = [.init(run: run, from: state)]
        let job = run.job
        let world = AlertSurroundings(now: now) { $0 == job ? definition : nil }
        return book.follow(actions, ends: [end], open: [:], world)
    }

    /// What the ledger holds. Who is told of what comes to light by time goes by all job files, and none are in force here.
    private static func book(_ ledger: Ledger, _ site: Site, _ now: Instant) throws(LedgerError) -> AlertBook {
        var book = try AlertBook(ledger, site: site, now: now)
        book.keepsTime = false
        return book
    }

    /// Stops the reminders of an alert.
    package func acknowledge(_ word: String) throws(DaemonError) -> Alert {
        try record(.acknowledge, on: word, detail: "") { book, world, author throws(AlertBook.Refusal) in
            try book.acknowledge(word, by: author, world)
        }
    }

    /// Holds notices back.
    package func silence(_ pattern: String, until end: Instant, reason: String) throws(DaemonError) -> AlertSilence {
        try record(.silence, on: pattern, detail: "until \(end): \(reason)") { book, world, author throws(AlertBook.Refusal) in
            try book.silence(pattern, until: end, by: author, reason: reason, world)
        }
    }

    /// Ends a silence.
    package func unsilence(_ word: String) throws(DaemonError) -> AlertSilence {
        try record(.unsilence, on: word, detail: "") { book, world, author throws(AlertBook.Refusal) in
            try book.unsilence(word, by: author, world)
        }
    }

    private func record<Value>(
        _ verb: ControlVerb, on object: String, detail: String,
        _ ask: (inout AlertBook, AlertSurroundings, String) throws(AlertBook.Refusal) -> (Value, AlertChanges)
    ) throws(DaemonError) -> Value {
        let lock = try StateLock.take(in: state.path, patience: StateLock.commandPatience)
        defer { withExtendedLifetime(lock) {} }
        let ledger = try recording { () throws(LedgerError) in try Ledger.open(in: state.path, now: now).ledger }
        defer { close(ledger) }
        let audit = DirectAudit(ledger: ledger, at: now, log: log)
        return try audit.recording(verb, on: object, detail: detail) { () throws(DaemonError) in
            var book = try recording { () throws(LedgerError) in try Self.book(ledger, site, now) }
            let world = AlertSurroundings(now: now) { _ in nil }
            let author = AccessPolicy.name(of: getuid()) ?? "uid \(getuid())"
            let (value, changes): (Value, AlertChanges)
            do throws(AlertBook.Refusal) {
                (value, changes) = try ask(&book, world, author)
            } catch {
                throw DaemonError(error)
            }
            try recording { () throws(LedgerError) in try ledger.commit(LedgerChanges(alerts: changes)) }
            return value
        }
    }

    private func close(_ ledger: Ledger) {
        do throws(LedgerError) { try ledger.close() } catch { log.warning("\(error)") }
    }

    private func recording<Value>(_ body: () throws(LedgerError) -> Value) throws(DaemonError) -> Value {
        do throws(LedgerError) {
            return try body()
        } catch {
            throw DaemonError(error)
        }
    }
}
