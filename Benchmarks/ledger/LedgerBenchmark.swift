import CronSchedule
import Foundation
import Ledger
import SchedulerCore

/// Fills a ledger with a million runs and as many slots, then measures what the daemon and the command line ask of it.
@main
enum LedgerBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 2 || arguments.count == 3, let rows = arguments.count == 3 ? Int(arguments[2]) : 1_000_000 else {
            print("usage: ledger-benchmark EMPTY-DIRECTORY [ROWS]")
            exit(2)
        }
        var filling = LedgerFilling(rows: rows)
        let directory = arguments[1]
        let ledger = try Ledger.open(in: directory, now: LedgerFilling.start).ledger
        let filled = try ContinuousClock().measure { try filling.fill(ledger) }
        say("filled: \(rows) runs and \(rows) slots of \(LedgerFilling.jobs) jobs in \(filled.text)")
        try ledger.close()
        let size = try FileManager.default.attributesOfItem(atPath: directory + "/ledger.sqlite")[.size] as? Int ?? 0
        say("size: \(size >> 20) MiB")

        try measureOpening(directory)
        let (filledLedger, _) = try Ledger.open(in: directory, now: LedgerFilling.start)
        try measureReading(filledLedger)
        try measureWriting(filledLedger, &filling)
        try measureRetention(filledLedger, now: filling.now)
        let check = try ContinuousClock().measure { _ = try filledLedger.integrityCheck() }
        say("quick_check, in the background: \(check.text)")
        let copy = try ContinuousClock().measure { try filledLedger.backUp(to: directory + "/copy.sqlite") }
        say("backup: \(copy.text)")
        try filledLedger.close()
    }

    private static func measureOpening(_ directory: String) throws {
        try Measurement("open, file cache dropped", times: 10, before: { try dropCache(directory + "/ledger.sqlite") }) {
            try Ledger.open(in: directory, now: LedgerFilling.start).ledger.close()
        }
        try Measurement("open for reading, file cache dropped", times: 10, before: { try dropCache(directory + "/ledger.sqlite") }) {
            try Ledger.openForReading(in: directory).close()
        }
        try Measurement(
            "first list after that (open for reading, lastRuns)", times: 10, before: { try dropCache(directory + "/ledger.sqlite") }
        ) {
            let ledger = try Ledger.openForReading(in: directory)
            _ = try ledger.lastRuns()
            try ledger.close()
        }
    }

    /// Makes the next reads come from the disk.
    private static func dropCache(_ path: String) throws {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        guard file >= 0, fsync(file) == 0, posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0 else {
            throw CocoaError(.fileReadUnknown)
        }
    }

    private static func measureReading(_ ledger: Ledger) throws {
        var job = 0
        func next() -> String {
            job = (job + 379) % LedgerFilling.jobs
            return LedgerFilling.name(ofJob: job)
        }
        let everything = (since: Instant(milliseconds: 0), until: Instant(milliseconds: .max))
        try Measurement("list: lastRuns, \(LedgerFilling.jobs) jobs", times: 100) { _ = try ledger.lastRuns() }
        try Measurement("history: 50 runs of a job", times: 1000) { _ = try ledger.runs(job: next(), limit: 50) }
        try Measurement("history: 50 failed runs of a job", times: 1000) { _ = try ledger.runs(job: next(), limit: 50, states: [.failed]) }
        try Measurement("history: 50 failed runs of all jobs", times: 100) { _ = try ledger.runs(job: nil, limit: 50, states: [.failed]) }
        try Measurement("history: 50 slots of a job", times: 1000) {
            _ = try ledger.occurrences(job: next(), since: everything.since, until: everything.until, limit: 50)
        }
        try Measurement("start: unended runs, waiting slots, cursors", times: 100) {
            _ = try ledger.unendedRuns()
            _ = try ledger.waitingOccurrences()
            _ = try ledger.cursors()
        }
    }

    private static func measureWriting(_ ledger: Ledger, _ filling: inout LedgerFilling) throws {
        try Measurement("commit of 1 claim", times: 500) { try ledger.commit(filling.claims(1, state: .due)) }
        try Measurement("commit of 1,000 claims", times: 20) { try ledger.commit(filling.claims(1000, state: .due)) }
        let waiting = try ledger.unendedRuns()
        var index = 0
        try Measurement("move of 1 run", times: 500) {
            var run = waiting[index]
            index += 1
            run.state = .starting
            guard try ledger.move(run, from: .due) else { throw CocoaError(.coderInvalidValue) }
        }
    }

    private static func measureRetention(_ ledger: Ledger, now: Instant) throws {
        let rules = HistoryRule(keep: 900, maxAge: .seconds(3650 * 86_400))
        try measurePass("one batch of retention by count", ledger, rule: rules, maximumBytes: nil, now: now)
        let young = HistoryRule(keep: .max, maxAge: .seconds(850 * LedgerFilling.period))
        try measurePass("one batch of retention by age", ledger, rule: young, maximumBytes: nil, now: now)
        try measurePass("one batch of retention by bytes", ledger, rule: rules, maximumBytes: 200 << 20, now: now)
    }

    private static func measurePass(_ name: String, _ ledger: Ledger, rule: HistoryRule, maximumBytes: Int64?, now: Instant) throws {
        var progress: PruneProgress?
        var times: [Duration] = []
        var rows = 0
        repeat {
            times.append(
                try ContinuousClock().measure {
                    progress = try ledger.prune(rules: [:], standard: rule, maximumBytes: maximumBytes, now: now, after: progress)
                })
            rows += (progress?.runs ?? 0) + (progress?.occurrences ?? 0)
        } while progress?.isComplete == false
        Measurement.report("\(name) (\(rows) rows in \(times.count))", times)
    }
}
