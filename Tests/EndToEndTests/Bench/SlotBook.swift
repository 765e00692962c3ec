import Foundation
import Testing

/// What must hold of a ledger whatever happened to its daemons.
struct SlotBook {
    private let site: Site
    private let ledger: LedgerView

    init(_ site: Site) {
        self.site = site
        ledger = site.ledger
    }

    /// Checks the file, and the rows of all jobs against each other.
    func check() throws {
        #expect(try ledger.column("PRAGMA integrity_check") == ["ok"])
        #expect(try ledger.column("PRAGMA foreign_key_check") == [])
        let twice = "SELECT job, slot, era FROM occurrences GROUP BY job, slot, era HAVING count(*) > 1"
        #expect(try ledger.rows(twice) == [], "a slot has two rows")
        let shared = "SELECT job, slot FROM runs WHERE slot IS NOT NULL GROUP BY job, slot HAVING count(*) > 1"
        #expect(try ledger.rows(shared) == [], "a slot has two runs")
        let homeless = """
            SELECT run FROM occurrences WHERE account IN ('ran', 'caught_up') AND run NOT IN (SELECT run FROM runs)
            """
        #expect(try ledger.column(homeless) == [], "a claimed slot has no run")
        let unclaimed = """
            SELECT run FROM runs WHERE slot IS NOT NULL AND run NOT IN (SELECT run FROM occurrences WHERE run IS NOT NULL)
              AND (state <> 'cancelled' OR started_at IS NOT NULL)
            """
        #expect(try ledger.column(unclaimed) == [], "a run has no slot")
        let idle = """
            SELECT run FROM occurrences JOIN runs USING (run) WHERE account IN ('ran', 'caught_up') AND state = 'cancelled'
              AND started_at IS NULL
            """
        #expect(try ledger.column(idle) == [], "a slot is said to have run whose run never started")
    }

    /// Checks that each slot between the first and the last one accounted for is covered by exactly one row.
    /// - Parameter step: milliseconds from slot to slot.
    func check(job: String, step: Int = 1000) throws {
        try check()
        let query = """
            SELECT coalesce(span_first, slot), slot, count FROM occurrences JOIN jobs ON jobs.id = job WHERE name = '\(job)' ORDER BY slot
            """
        let rows = try ledger.rows(query).map { $0.compactMap { Int($0) } }
        var expected = rows.first?[0] ?? 0
        for row in rows {
            #expect(row[0] == expected, "\(job): the row of slot \(row[1]) begins at \(row[0]), not at \(expected)")
            #expect((row[1] - row[0]) / step + 1 == row[2], "\(job): the row of slot \(row[1]) counts \(row[2])")
            expected = row[1] + step
        }
        guard let last = rows.last else { return }
        let accounted = try ledger.number("SELECT accounted_to FROM cursors JOIN jobs ON jobs.id = job WHERE name = '\(job)'")
        #expect(last[1] == accounted, "\(job): accounted to \(accounted), but the last row is \(last)")
    }

    /// Checks that nothing ran twice: each run left one mark for each of its attempts, at the most.
    func check(marks name: String) throws {
        let lines = Files.lines("\(site.marks)/\(name)")
        #expect(Set(lines).count == lines.count, "an attempt was executed twice")
        let known = Set(try ledger.column("SELECT run FROM runs"))
        let strangers = lines.filter { !known.contains(String($0.prefix(26))) }
        #expect(strangers == [], "something ran that the ledger does not know")
    }
}
