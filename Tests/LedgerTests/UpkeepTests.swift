import CronSchedule
import Foundation
import GRDB
import SchedulerCore
import Synchronization
import Testing

@testable import Ledger

/// The copy of the ledger, and the searches that must not depend on its length.
@Suite struct UpkeepTests {
    @Test func aBackupIsOneWholeFileForItsOwner() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(LedgerChanges(runs: (1...100).map { try Run.sample($0) }))
        let folder = scratch.path + "/copy"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try scratch.write(Data("the copy of yesterday".utf8), to: "copy/ledger.sqlite")
        try ledger.backUp(to: folder + "/ledger.sqlite")
        try ledger.commit(LedgerChanges(runs: [.sample(101)]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["ledger.sqlite"])
        #expect(try scratch.mode("copy/ledger.sqlite") == 0o600)
        let (copy, notice) = try Ledger.open(in: folder, now: .noon)
        #expect(notice == nil)
        #expect(try copy.runs(job: nil, limit: 999).count == 100)
        #expect(try copy.integrityCheck().isEmpty)
        try copy.commit(LedgerChanges(runs: [.sample(101)]))
    }

    @Test func aReaderMayBackUpBesideTheDaemon() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try ledger.commit(LedgerChanges(runs: [.sample(1)]))
        try Ledger.openForReading(in: scratch.path).backUp(to: scratch.path + "/copy")
        #expect(try scratch.names().contains("copy"))
        try ledger.commit(LedgerChanges(runs: [.sample(2)]))
    }

    @Test func aBackupThatFailsLeavesTheOldOne() throws {
        let scratch = try Scratch()
        let ledger = try scratch.open()
        try FileManager.default.createDirectory(atPath: scratch.path + "/copy", withIntermediateDirectories: false)
        #expect(throws: LedgerError.self) { try ledger.backUp(to: scratch.path + "/copy") }
        #expect(throws: LedgerError.noDirectory(path: scratch.path + "/none")) { try ledger.backUp(to: scratch.path + "/none/copy") }
        #expect(try !scratch.names().contains { $0.hasSuffix(".partial") })
    }

    struct Search: CustomTestStringConvertible, Sendable {
        let name: String
        /// Whether what it sorts is few by its nature: work that goes on, boots of the machine.
        var maySort = false
        let ask: @Sendable (Ledger) throws -> Void
        var testDescription: String { name }
    }

    @Test(
        "no search reads a whole table or sorts one",
        arguments: [
            Search(name: "last runs") { _ = try $0.lastRuns() },
            Search(name: "history of a job") { _ = try $0.runs(job: "a", limit: 5) },
            Search(name: "history of a job by state") { _ = try $0.runs(job: "a", limit: 5, states: [.failed, .due]) },
            Search(name: "history of all by state") { _ = try $0.runs(job: nil, limit: 5, states: [.failed]) },
            Search(name: "a run") { _ = try $0.run(.sample(1)) },
            Search(name: "a shortened id") { _ = try $0.runs(withPrefix: "01") },
            Search(name: "unended runs", maySort: true) { _ = try $0.unendedRuns() },
            Search(name: "slots that wait") { _ = try $0.waitingOccurrences() },
            Search(name: "attempts") { _ = try $0.attempts(of: .sample(1)) },
            Search(name: "a span of slots", maySort: true) {
                _ = try $0.occurrences(job: "a", since: .noon, until: .noon(plus: 9), limit: 5)
            },
            Search(name: "slots around a moment", maySort: true) { _ = try $0.occurrences(job: "a", around: .noon(plus: 1)) },
            Search(name: "runs before a moment") { _ = try $0.runs(job: "a", claimedUpTo: .noon(plus: 1), limit: 5) },
            Search(name: "events around a moment") { _ = try $0.events(job: "a", around: .noon) },
            Search(name: "acts around a moment") { _ = try $0.acts(on: ["a"], around: .noon) },
            Search(name: "the beginning") { _ = try $0.began() },
            Search(name: "the reach of a job") { _ = try $0.reach(of: "a", rule: HistoryRule()) },
            Search(name: "a sign of life") {
                _ = try $0.lastDecision(before: .noon(plus: 9), row: .sample(.instant(.noon), job: "a", account: .missed(.down)))
            },
            Search(name: "successes") { _ = try $0.lastSuccess(of: ["a"]) },
        ])
    func plan(_ row: Search) throws {
        let scratch = try Scratch()
        let slot = Occurrence.sample(.instant(.noon), job: "a", account: .missed(.down))
        try scratch.open().commit(LedgerChanges(runs: [.sample(1, job: "a")], occurrences: [slot]))
        let ledger = try Ledger.openForReading(in: scratch.path)
        let statements = Recorder()
        try ledger.read { database in
            database.trace { if case .statement(let statement) = $0 { statements.add(statement.expandedSQL) } }
        }
        try row.ask(ledger)
        let asked = statements.all
        try ledger.read { $0.trace(options: []) }
        var plans: [String] = []
        for statement in asked where statement.hasPrefix("SELECT") {
            plans += try ledger.read { try Row.fetchAll($0, sql: "EXPLAIN QUERY PLAN \(statement)").map { $0["detail"] as String } }
        }
        #expect(!plans.isEmpty)
        // The jobs are few, and so are the slots that wait, which have an index of their own.
        let scans = plans.filter { $0.hasPrefix("SCAN") && $0 != "SCAN jobs" && !$0.hasSuffix("occurrences_waiting") }
        #expect(scans.isEmpty, "\(plans)")
        if !row.maySort { #expect(plans.filter { $0.contains("TEMP B-TREE") }.isEmpty, "\(plans)") }
    }

    /// Collects statements from GRDB's queue.
    private final class Recorder: Sendable {
        private let statements = Mutex<[String]>([])

        func add(_ statement: String) { statements.withLock { $0.append(statement) } }

        var all: [String] { statements.withLock { $0 } }
    }
}
