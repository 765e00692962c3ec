import CronSchedule
import Foundation
import JobKit
import Testing

@testable import Ledger
@testable import SchedulerCore

/// No room: the end of a run, its alert and its notice are there together, or none of them is.
@Suite struct AlertFaultTests {
    private static func changes(_ number: Int) throws -> LedgerChanges {
        let run = try Run.sample(number).brought(to: .failed)
        var changes = LedgerChanges(runs: [run])
        let key = AlertKey(job: "nightly", .failure)
        var alert = Alert(key: key, last: AlertFinding(.critical, at: .noon, summary: String(repeating: "x", count: 400), run: run.id))
        alert.state = .pending(Trouble(.critical, at: .noon))
        alert.revision = number
        changes.alerts.alerts = [.put(alert)]
        changes.alerts.notices = [try AlertRowTests.row(number, sequence: number)]
        changes.alerts.history = [AlertRecord(.fired, at: .noon, key: key, alert: try .sample(1), level: .critical, detail: "\(number)")]
        var check = WireEvent.Check(name: "disk", state: .critical)
        check.reason = String(repeating: "y", count: 300)
        changes.alerts.results = [CheckResult(check, of: "nightly", run: run.id, at: .noon(plus: Int64(number)))]
        return changes
    }

    @Test("a full disk", .enabled(if: geteuid() == 0, "needs root to mount"), arguments: [0, 20_000, 200_000])
    func fullDisk(spare: Int) throws {
        let disk = try FaultTests.Disk(size: "8m")
        let ledger = try Ledger.open(in: disk.path, now: .noon).ledger
        try ledger.commit(Self.changes(1))
        try disk.fill(sparing: spare)
        var acknowledged = 1
        #expect(throws: LedgerError.diskFull(path: disk.path + "/ledger.sqlite")) {
            for number in 2...10_000 {
                try ledger.commit(Self.changes(number))
                acknowledged = number
            }
        }
        func check() throws {
            #expect(try ledger.runs(job: nil, limit: 10_000).count == acknowledged)
            #expect(try ledger.alerts().map(\.revision) == [acknowledged])
            #expect(try ledger.notices(limit: 10_000).map(\.notice.sequence) == Array(1...acknowledged))
            #expect(try ledger.alertRecords(limit: 1).map(\.detail) == ["\(acknowledged)"])
            #expect(try ledger.checkResults(of: AlertKey(job: "nightly", check: "disk", target: nil), limit: 10_000).count == acknowledged)
        }
        try check()
        try disk.clear()
        try ledger.commit(Self.changes(acknowledged + 1))
        acknowledged += 1
        try check()
        #expect(try ledger.integrityCheck().isEmpty)
    }
}
