import CronSchedule
import Foundation
import GRDB
import SchedulerCore
import Testing

@testable import Ledger

/// A fresh state directory for one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "ledger-XXXXXX").utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record(error)
        }
    }

    var ledgerPath: String { path + "/ledger.sqlite" }

    func open() throws -> Ledger { try Ledger.open(in: path, now: .noon).ledger }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    func bytes(_ name: String = "ledger.sqlite") throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)) }

    func write(_ bytes: Data, to name: String = "ledger.sqlite") throws {
        try bytes.write(to: URL(fileURLWithPath: path + "/" + name))
    }

    /// Runs SQL on the ledger's file without our code between.
    func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: ledgerPath)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    func mode(_ name: String) throws -> UInt32 {
        var status = stat()
        try #require(stat(path + "/" + name, &status) == 0)
        return status.st_mode & 0o777
    }
}

extension Instant {
    /// 2026-11-23T12:00:00Z.
    static let noon = Instant(milliseconds: 1_795_435_200_000)

    static func noon(plus seconds: Int64) -> Instant { Instant(milliseconds: noon.milliseconds + seconds * 1000) }
}

extension RunID {
    /// An id that tells tests apart: `number` in its last places.
    static func sample(_ number: Int) throws -> RunID {
        var text = Array(RunID(milliseconds: 0).rawValue.prefix(10))
        let digits = String(number)
        text += Array(repeating: "0", count: 16 - digits.count) + Array(digits)
        return try #require(RunID(rawValue: String(text)))
    }
}

extension Run {
    /// A run of `job` just claimed, ids and times counted by `number`.
    static func sample(
        _ number: Int, job: String = "nightly", trigger: Trigger = .schedule, dryRun: Bool = false
    ) throws -> Run {
        let at = Instant.noon(plus: Int64(number))
        return Run(
            id: try .sample(number), job: job, kind: "command", trigger: trigger, slot: .instant(at), claimedAt: at, dueAt: at,
            dryRun: dryRun)
    }

    /// The same run in `state`, with the times that go with it.
    func brought(to state: RunState, startedAt: Instant? = nil, endedAt: Instant? = nil) -> Run {
        var run = self
        run.state = state
        run.startedAt = startedAt ?? (state == .due ? nil : claimedAt)
        if state.isEnded {
            run.endedAt = endedAt ?? claimedAt
            run.ending = RunEnding(summary: "ended as \(state.rawValue)")
        }
        return run
    }
}

extension Occurrence {
    static func sample(
        _ slot: Slot, job: String = "nightly", era: Int = 0, account: Account, spanFirst: Instant? = nil, count: Int = 1
    ) -> Occurrence {
        Occurrence(
            job: job, slot: slot, era: era, account: account, detail: "because", decidedAt: .noon, latenessMilliseconds: 7,
            spanFirst: spanFirst, count: count)
    }
}
