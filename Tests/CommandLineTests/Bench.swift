import CronSchedule
import Foundation
import Ledger
import SchedulerCore
import Testing

/// A folder with job files and a state directory of its own; gone with the last reference.
final class Bench {
    let root: String

    init() throws {
        var template = Array((NSTemporaryDirectory() + "command-line-XXXXXX").utf8CString)
        root = try #require(mkdtemp(&template).map { String(cString: $0) })
        try FileManager.default.createDirectory(atPath: jobs, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: root)
        } catch {
            Issue.record(error)
        }
    }

    var jobs: String { root + "/jobs.d" }
    var state: String { root + "/state" }

    /// Writes a job file.
    func write(_ job: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(jobs)/\(job).yaml"))
    }

    /// Writes rows as a daemon would have, and lets go of the ledger.
    func record(_ changes: LedgerChanges) throws {
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let ledger = try Ledger.open(in: state, now: .evening).ledger
        try ledger.commit(changes)
        try ledger.close()
    }

    /// Writes what a run wrote.
    func write(run: RunID, events: String, errors: String) throws {
        let folder = "\(state)/runs/\(run)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(events.utf8).write(to: URL(filePath: folder + "/events.jsonl"))
        try Data(errors.utf8).write(to: URL(filePath: folder + "/stderr.log"))
    }

    /// The text with this folder's place taken out.
    func withoutPlace(_ text: String) -> String { text.replacing(root, with: "ROOT") }
}

extension Instant {
    /// 2027-03-27T18:00:00Z, the evening before clocks change in Europe.
    static let evening = Instant(milliseconds: 1_806_170_400_000)

    static func evening(plus seconds: Int64) -> Instant { Instant(milliseconds: evening.milliseconds + seconds * 1000) }
}
