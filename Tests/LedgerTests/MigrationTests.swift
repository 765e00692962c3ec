import CronSchedule
import GRDB
import SchedulerCore
import Testing

@testable import Ledger

/// Ledgers of earlier releases are brought up to date; those of later ones are left alone.
@Suite struct MigrationTests {
    private func lay(_ earlier: EarlierLedger, in scratch: Scratch) throws {
        let queue = try DatabaseQueue(path: scratch.ledgerPath)
        try queue.writeWithoutTransaction { database in
            _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: earlier.sql)
        }
        try queue.close()
    }

    @Test func everyVersionHasItsFixture() {
        #expect(EarlierLedger.all.map(\.version) == LedgerSchema.current.steps.map(\.version))
    }

    @Test("a released version never changes", arguments: EarlierLedger.all.map(\.version))
    func immutable(_ version: String) throws {
        let earlier = try #require(EarlierLedger.all.first { $0.version == version })
        let model = try DatabaseQueue()
        try model.writeWithoutTransaction { try $0.execute(sql: earlier.sql) }
        #expect(try model.read(LedgerSchema.objects) == LedgerSchema.current.expectedObjects(at: version))
    }

    @Test("an earlier ledger keeps all it holds", arguments: EarlierLedger.all.map(\.version))
    func opens(_ version: String) throws {
        let scratch = try Scratch()
        try lay(try #require(EarlierLedger.all.first { $0.version == version }), in: scratch)
        let (ledger, notice) = try Ledger.open(in: scratch.path, now: .noon)
        let newest = LedgerSchema.current.version
        #expect(notice == (version == newest ? nil : .migrated(from: version, to: newest)))
        #expect(try ledger.read(LedgerSchema.objects) == LedgerSchema.current.expectedObjects(at: newest))

        let day = Instant(milliseconds: 1_795_521_600_000)
        #expect(try ledger.unendedRuns().map(\.state) == [.running, .due])
        #expect(try ledger.lastRuns().mapValues(\.trigger) == ["nightly": .catchUp, "gone": .manual])
        #expect(try ledger.lastSuccess(of: ["nightly"]) == ["nightly": .noon(plus: 60)])
        #expect(try ledger.lastStart(of: ["nightly"]) == ["nightly": Instant(milliseconds: day.milliseconds + 123)])
        let first = try #require(try ledger.runs(job: "nightly", limit: 9).last)
        #expect(first.ending?.numbers == ["bytes": 1024, "ratio": 0.5])
        #expect(first.ending?.usage?.peakMemoryBytes == 33_554_432)
        let slots = try ledger.occurrences(job: "nightly", since: .noon, until: Instant(milliseconds: .max), limit: 9)
        #expect(slots.map(\.account) == [.waiting(.schedule), .missed(.down), .ran(run: first.id)])
        #expect(try ledger.waitingOccurrences().map(\.slot) == [.boot("4b7d5e0c-71a4")])
        #expect(try ledger.cursors().map(\.pausedUntil) == [JobCursor.forever])
        #expect(try ledger.clock() == ClockRecord(era: 1, lastSeen: Instant(milliseconds: day.milliseconds + 5), bootID: "4b7d5e0c-71a4"))
        #expect(try ledger.events(limit: 9).map(\.kind) == [.jobRemoved, .started])
        #expect(try ledger.attempts(of: try #require(RunID(rawValue: "01KAQZZZ000000000000000002"))).count == 1)
        #expect(try ledger.integrityCheck().isEmpty)
    }

    @Test func alertsOfVersionThreeAreKept() throws {
        let scratch = try Scratch()
        try lay(try #require(EarlierLedger.all.first { $0.version == "3" }), in: scratch)
        let ledger = try Ledger.open(in: scratch.path, now: .noon).ledger
        let newest = try #require(try ledger.newestChecks().first)
        #expect(newest.key.text == "health/disk//" && newest.value == 97 && newest.inputs == ["used": "97"])
        #expect(try ledger.checkResults(of: newest.key, limit: 9).map(\.level) == [.ok, .critical])
        #expect(try ledger.silences(at: .noon).map(\.author) == ["operator"])
        #expect(try ledger.alertRecords(job: "health", limit: 9).map(\.kind) == [.fired])
    }

    @Test func alertsFindTheirTablesInALedgerOfVersionTwo() throws {
        let scratch = try Scratch()
        try lay(try #require(EarlierLedger.all.first { $0.version == "2" }), in: scratch)
        let ledger = try Ledger.open(in: scratch.path, now: .noon).ledger
        #expect(try ledger.audit(limit: 9).map(\.verb) == ["pause"])
        var alerts = AlertChanges()
        alerts.notices = [try AlertRowTests.row(1)]
        try ledger.commit(LedgerChanges(alerts: alerts))
        #expect(try ledger.waitingNotices() == 1)
    }

    /// A version that is yet to come.
    private var future: LedgerSchema {
        let next = LedgerSchema.Step(version: "\(LedgerSchema.current.steps.count + 1)", sql: "ALTER TABLE runs ADD COLUMN host TEXT")
        return LedgerSchema(steps: LedgerSchema.current.steps + [next])
    }

    @Test func theNextVersionIsReachedByItsStep() throws {
        let scratch = try Scratch()
        let old = try scratch.open()
        try old.commit(LedgerChanges(runs: [.sample(1)]))
        try old.close()
        let files = LedgerFiles(directory: scratch.path)
        let now = LedgerSchema.current.version
        #expect(throws: LedgerError.older(path: scratch.ledgerPath, found: now, known: future.version)) {
            try LedgerOpening(files: files, schema: future).openForReading()
        }
        let (ledger, notice) = try LedgerOpening(files: files, schema: future).openForWriting(now: .noon)
        #expect(notice == .migrated(from: now, to: future.version))
        #expect(try ledger.runs(job: nil, limit: 9) == [.sample(1)])
        try ledger.close()
        #expect(try LedgerOpening(files: files, schema: future).openForWriting(now: .noon).notice == nil)
    }

    @Test func aNewerLedgerIsRefusedAndNotTouched() throws {
        let scratch = try Scratch()
        let newer = try LedgerOpening(files: LedgerFiles(directory: scratch.path), schema: future).openForWriting(now: .noon).ledger
        try newer.commit(LedgerChanges(runs: [.sample(1)]))
        try newer.close()
        let bytes = try scratch.bytes()
        let refusal = LedgerError.newer(path: scratch.ledgerPath, found: future.version, known: LedgerSchema.current.version)
        #expect(throws: refusal) { try Ledger.open(in: scratch.path, now: .noon) }
        #expect(throws: refusal) { try Ledger.openForReading(in: scratch.path) }
        #expect(try scratch.bytes() == bytes)
        #expect(try !scratch.names().contains { $0.contains("damaged") })
    }

    @Test func aStepThatFailsChangesNothing() throws {
        let scratch = try Scratch()
        try scratch.open().close()
        let broken = LedgerSchema(
            steps: LedgerSchema.current.steps + [.init(version: "99", sql: "ALTER TABLE runs ADD COLUMN a TEXT; SELECT * FROM none")])
        #expect(throws: LedgerError.self) {
            try LedgerOpening(files: LedgerFiles(directory: scratch.path), schema: broken).openForWriting(now: .noon)
        }
        #expect(try Ledger.open(in: scratch.path, now: .noon).notice == nil)
    }
}
