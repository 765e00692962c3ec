import Foundation
import Glibc
import Testing

/// A ledger with a page of garbage: whatever page it is, no daemon is kept from starting, and nothing is lost that could be rescued.
@Suite(.ownThread)
struct DamagedLedgerTests {
    private static let pageSize = 4096

    @Test func garbageInAnyPageKeepsNoDaemonFromStarting() throws {
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        let first = try site.daemon()
        try site.marks("beat", atLeast: 2, of: first)
        #expect(try first.stop() == .exited(0))
        let whole = try Data(contentsOf: URL(fileURLWithPath: site.ledger.path))
        var dice = Dice(lane: "damaged pages")
        for page in 0..<whole.count / Self.pageSize {
            let garbage = Data((0..<Self.pageSize).map { _ in UInt8.random(in: 0...255, using: &dice) })
            let range = page * Self.pageSize..<(page + 1) * Self.pageSize
            var damaged = whole
            damaged.replaceSubrange(range, with: garbage)
            for name in try Self.ledgerFiles(of: site) { try FileManager.default.removeItem(atPath: "\(site.state)/\(name)") }
            try damaged.write(to: URL(fileURLWithPath: site.ledger.path))
            try Self.startTwice(site, page: page)
            let aside = try Self.ledgerFiles(of: site).filter { $0.hasSuffix("Z") }
            #expect(aside.count <= 1, "page \(page): one damage is set aside once, not \(aside)")
            for name in aside {
                let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(site.state)/\(name)"))
                #expect(bytes.count >= range.upperBound && bytes.subdata(in: range) == garbage, "page \(page): written over")
            }
        }
    }

    /// Twice, since what the first start finds later is for the second one to act upon.
    private static func startTwice(_ site: Site, page: Int) throws {
        for number in 1...2 {
            let daemon = try site.start("daemon")
            try site.wait("page \(page), start \(number)", of: daemon) {
                daemon.errors.contains(" ready ") || daemon.hasEnded ? true : nil
            }
            guard daemon.errors.contains(" ready ") else {
                Issue.record("page \(page), start \(number): \(daemon.errors)")
                continue
            }
            try daemon.stop()
            if daemon.errors.contains("was set aside as") {
                #expect(try site.ledger.number("SELECT count(*) FROM events WHERE kind = 'ledger_set_aside'") == 1, "page \(page)")
            }
        }
    }

    private static func ledgerFiles(of site: Site) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: site.state).filter { $0.hasPrefix("ledger.sqlite") }
    }

    @Test func damageThatShowsWhileTheDaemonWritesEndsItAndTheNextStartBeginsAnew() throws {
        // Ten seconds from run to run: in between the daemon writes nothing.
        let site = try Site(jobs: ["beat": Jobs.append("beat", schedule: "*/10 * * * * *")])
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        // A table of the running daemon's ledger becomes garbage in the file, and its log is emptied into it before.
        let root = try site.ledger.number("SELECT rootpage FROM sqlite_master WHERE name = 'occurrences'")
        try site.ledger.edit("PRAGMA wal_checkpoint(TRUNCATE)")
        let file = Glibc.open(site.ledger.path, O_WRONLY | O_CLOEXEC)
        let garbage = [UInt8](repeating: 0xa5, count: Self.pageSize)
        #expect(pwrite(file, garbage, garbage.count, off_t((root - 1) * Self.pageSize)) == garbage.count)
        close(file)
        // Somebody else's write makes the daemon forget the pages it remembers.
        try site.ledger.edit("PRAGMA user_version = 7")
        #expect(try daemon.wait() == .exited(1), "\(daemon.errors)")
        #expect(daemon.errors.contains("error: the ledger \(site.ledger.path) is damaged: "), "\(daemon.errors)")
        #expect(daemon.errors.contains("fix: restart the daemon: it sets the file aside"), "\(daemon.errors)")
        let next = try site.daemon()
        let done = Files.lines("\(site.marks)/beat").count
        try site.marks("beat", atLeast: done + 1, of: next)
        #expect(next.errors.contains("it was set aside as \(site.ledger.path).damaged-"), "\(next.errors)")
        #expect(try next.stop() == .exited(0))
        try SlotBook(site).check(job: "beat", step: 10_000)
    }
}
