import CronSchedule
import Foundation
import GRDB
import SchedulerCore
import Testing

@testable import Ledger

/// A ledger that cannot be trusted is set aside whole, and a new one begins.
@Suite struct DamageTests {
    struct Damage: CustomTestStringConvertible, Sendable {
        let name: String
        let reason: String
        let inflict: @Sendable (Scratch) throws -> Void
        var testDescription: String { name }
    }

    static let damages = [
        Damage(name: "empty", reason: "the file is empty") { try $0.write(Data()) },
        Damage(name: "cut inside the header", reason: "the file ends inside its header") { try $0.write($0.bytes().prefix(99)) },
        Damage(name: "text", reason: "it is not an SQLite database") { try $0.write(Data(repeating: 0x2a, count: 10_000)) },
        Damage(name: "another program's database", reason: "it is the database of another program") {
            try $0.execute("PRAGMA application_id = 7; PRAGMA wal_checkpoint(TRUNCATE)")
        },
        Damage(name: "cut after the header", reason: "database disk image is malformed") { try $0.write($0.bytes().prefix(5000)) },
        Damage(name: "garbage in the page of the schema", reason: "database disk image is malformed") {
            var bytes = try $0.bytes()
            bytes.replaceSubrange(100..<4096, with: Data(repeating: 0xff, count: 3996))
            try $0.write(bytes)
        },
        Damage(name: "no tables", reason: "it holds no tables of a ledger") {
            try FileManager.default.removeItem(atPath: $0.ledgerPath)
            try $0.execute("PRAGMA application_id = \(LedgerSchema.applicationID)")
        },
        Damage(name: "a table is missing", reason: "its tables are not those of schema \(LedgerSchema.current.version)") {
            try $0.execute("DROP TABLE attempts")
        },
        Damage(name: "an index is missing", reason: "its tables are not those of schema \(LedgerSchema.current.version)") {
            try $0.execute("DROP INDEX runs_by_job")
        },
        Damage(name: "a column is new", reason: "its tables are not those of schema \(LedgerSchema.current.version)") {
            try $0.execute("ALTER TABLE jobs ADD COLUMN colour TEXT")
        },
    ]

    @Test("set aside, whole, and begun anew", arguments: damages)
    func setAside(_ damage: Damage) throws {
        let scratch = try Scratch()
        let old = try scratch.open()
        try old.commit(LedgerChanges(runs: [.sample(1)]))
        try old.close()
        try damage.inflict(scratch)
        let bytes = try scratch.bytes()
        let (ledger, notice) = try Ledger.open(in: scratch.path, now: .noon)
        let aside = "ledger.sqlite.damaged-20261123T120000Z"
        guard case .setAside(let path, let reason)? = notice else {
            Issue.record("not set aside: \(String(describing: notice))")
            return
        }
        #expect(path == scratch.path + "/" + aside)
        #expect(reason.contains(damage.reason), "\(reason)")
        #expect(try scratch.bytes(aside) == bytes)
        #expect(try ledger.runs(job: nil, limit: 10).isEmpty)
        try ledger.commit(LedgerChanges(runs: [.sample(1)]))
        #expect(try ledger.integrityCheck().isEmpty)
    }

    @Test("a reader refuses it and leaves it", arguments: damages)
    func reader(_ damage: Damage) throws {
        let scratch = try Scratch()
        try scratch.open().close()
        try damage.inflict(scratch)
        let names = try scratch.names()
        let error = #expect(throws: LedgerError.self) { try Ledger.openForReading(in: scratch.path) }
        guard case .damaged(scratch.ledgerPath, let reason)? = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(reason.contains(damage.reason))
        #expect(try Set(names).isSubset(of: scratch.names()))
    }

    @Test func twoInOneSecondGetTwoNames() throws {
        let scratch = try Scratch()
        for _ in 1...3 {
            try scratch.write(Data("x".utf8))
            try Ledger.open(in: scratch.path, now: .noon).ledger.close()
        }
        #expect(
            try scratch.names() == [
                "ledger.sqlite", "ledger.sqlite.damaged-20261123T120000Z", "ledger.sqlite.damaged-20261123T120000Z-2",
                "ledger.sqlite.damaged-20261123T120000Z-3",
            ])
    }

    @Test func namesForDamagedLedgersComeToAnEnd() throws {
        let scratch = try Scratch()
        try scratch.write(Data("x".utf8))
        for number in 1...LedgerFiles.setAsideBound {
            try scratch.write(Data(), to: "ledger.sqlite.damaged-20261123T120000Z" + (number == 1 ? "" : "-\(number)"))
        }
        #expect(throws: LedgerError.self) { try Ledger.open(in: scratch.path, now: .noon) }
        #expect(try scratch.bytes() == Data("x".utf8))
        #expect(try Ledger.open(in: scratch.path, now: .noon(plus: 1)).notice != nil)
    }

    @Test func itsLogGoesWithIt() throws {
        let scratch = try Scratch()
        try scratch.write(Data("not a database".utf8))
        try scratch.write(Data("log".utf8), to: "ledger.sqlite-wal")
        try scratch.write(Data("memory".utf8), to: "ledger.sqlite-shm")
        let (ledger, notice) = try Ledger.open(in: scratch.path, now: .noon)
        #expect(notice?.description.contains("ledger.sqlite.damaged-20261123T120000Z") == true)
        #expect(try scratch.bytes("ledger.sqlite.damaged-20261123T120000Z-wal") == Data("log".utf8))
        #expect(try scratch.bytes("ledger.sqlite.damaged-20261123T120000Z-shm") == Data("memory".utf8))
        #expect(try ledger.integrityCheck().isEmpty)
    }

    @Test func aLogWithoutItsFileIsNotPlayedIntoANewOne() throws {
        let scratch = try Scratch()
        let old = try scratch.open()
        try old.commit(LedgerChanges(runs: [.sample(1)]))
        try FileManager.default.removeItem(atPath: scratch.ledgerPath)
        let (ledger, notice) = try Ledger.open(in: scratch.path, now: .noon)
        #expect(
            notice
                == .setAside(
                    path: scratch.ledgerPath + ".damaged-20261123T120000Z",
                    reason: "its main file is gone, only its write-ahead log is left"))
        #expect(try ledger.runs(job: nil, limit: 10).isEmpty)
        #expect(try ledger.integrityCheck().isEmpty)
    }

    @Test func theCheckInTheBackgroundFindsWhatOpeningCannot() throws {
        let scratch = try Scratch()
        let old = try scratch.open()
        try old.commit(LedgerChanges(runs: (1...2000).map { try Run.sample($0) }))
        #expect(try old.integrityCheck().isEmpty)
        try old.close()
        var bytes = try scratch.bytes()
        let page = bytes.count / 4096 / 2 * 4096
        bytes.replaceSubrange(page..<page + 4096, with: Data(repeating: 0xa5, count: 4096))
        try scratch.write(bytes)
        let (ledger, notice) = try Ledger.open(in: scratch.path, now: .noon)
        #expect(notice == nil)
        #expect(try !ledger.integrityCheck().isEmpty)
        try ledger.close()
        let aside = try Ledger.setAside(in: scratch.path, now: .noon)
        #expect(aside == scratch.ledgerPath + ".damaged-20261123T120000Z")
        #expect(try Ledger.open(in: scratch.path, now: .noon).notice == .created(path: scratch.ledgerPath))
    }

    /// A ledger of many runs that opens, with garbage where they lie.
    private func damagedInTheMiddle() throws -> Scratch {
        let scratch = try Scratch()
        let old = try scratch.open()
        try old.commit(LedgerChanges(runs: (1...2000).map { try Run.sample($0) }))
        try old.close()
        var bytes = try scratch.bytes()
        for page in 60..<bytes.count / 4096 {
            bytes.replaceSubrange(page * 4096..<(page + 1) * 4096, with: Data(repeating: 0xa5, count: 4096))
        }
        try scratch.write(bytes)
        return scratch
    }

    @Test("damage that shows in use makes the next opening set it aside", arguments: ["read", "written", "checked"])
    func setAsideLater(_ use: String) throws {
        let scratch = try damagedInTheMiddle()
        let (ledger, notice) = try Ledger.open(in: scratch.path, now: .noon)
        #expect(notice == nil)
        switch use {
        case "read": #expect(throws: LedgerError.self) { try ledger.runs(job: nil, limit: 10_000) }
        case "written":
            #expect(throws: LedgerError.self) { try ledger.commit(LedgerChanges(runs: (3000...5000).map { try Run.sample($0) })) }
        default: #expect(try !ledger.integrityCheck().isEmpty)
        }
        try ledger.close()
        let again = try Ledger.open(in: scratch.path, now: .noon)
        guard case .setAside(let path, let reason)? = again.notice else {
            Issue.record("not set aside: \(String(describing: again.notice))")
            return
        }
        #expect(path == scratch.ledgerPath + ".damaged-20261123T120000Z")
        #expect(!reason.isEmpty)
        try again.ledger.close()
        #expect(try Ledger.open(in: scratch.path, now: .noon).notice == nil, "once is enough")
    }

    @Test func aReaderLeavesNoWordOfDamage() throws {
        let scratch = try damagedInTheMiddle()
        let reader = try Ledger.openForReading(in: scratch.path)
        #expect(throws: LedgerError.self) { try reader.runs(job: nil, limit: 10_000) }
        try reader.close()
        #expect(try Ledger.open(in: scratch.path, now: .noon).notice == nil)
    }

    @Test func aWordThatWasLeftAboutALedgerThatIsGoneIsTakenBack() throws {
        let scratch = try Scratch()
        try scratch.write(Data(), to: "ledger.sqlite.distrusted")
        #expect(try Ledger.open(in: scratch.path, now: .noon).notice == .created(path: scratch.ledgerPath))
        #expect(try Ledger.open(in: scratch.path, now: .noon).notice == nil)
    }
}
