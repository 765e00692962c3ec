import Foundation
import Glibc
import Testing

/// A state directory without room: nothing starts that the ledger cannot hold, and nothing is lost.
@Suite(.ownThread, .enabled(if: SmallDisk.canMount, "only root mounts a small disk"))
struct FullDiskTests {
    private static let refusal = "nothing starts until it can"

    @Test func aFullDiskStopsStartsAndRoomBringsTheSlotsBack() throws {
        // Due while the disk is full, and not again before the end of the test.
        let due = Int(Date().timeIntervalSince1970) + 12
        let disk = try SmallDisk(
            megabytes: 16,
            jobs: [
                "beat": Jobs.append("beat", schedule: "* * * * * *"), "rare": Jobs.append("rare", schedule: "\(due % 60) * * * * *"),
            ])
        let site = disk.site
        let daemon = try site.daemon()
        try site.marks("beat", of: daemon)
        disk.fill()
        try site.wait("a first refusal", of: daemon) { Self.refusals(of: daemon).isEmpty ? nil : true }
        let marks = Files.lines("\(site.marks)/beat").count
        // The loop tries again after five seconds each time, and says so.
        try site.wait("a refusal after the slot", of: daemon) { Date().timeIntervalSince1970 > Double(due + 1) ? true : nil }
        #expect(Files.lines("\(site.marks)/beat").count - marks <= 1, "a claim from before may start, no other")
        #expect(!Files.exists("\(site.marks)/rare"))
        let line = try #require(Self.refusals(of: daemon).first)
        #expect(line.contains("no room on the file system of \(site.state)/ledger.sqlite; fix: make room there"))
        disk.makeRoom()
        try site.marks("rare", of: daemon)
        try site.marks("beat", atLeast: Files.lines("\(site.marks)/beat").count + 2, of: daemon)
        #expect(try daemon.stop() == .exited(0))
        try SlotBook(site).check(job: "beat")
        try SlotBook(site).check(job: "rare", step: 60_000)
        try SlotBook(site).check(marks: "beat")
        #expect(try site.ledger.number("SELECT count(*) FROM occurrences WHERE account = 'ran' AND lateness_ms > 1000") >= 1)
    }

    @Test func aRunThatFillsTheDiskEndsAndTellsSo() throws {
        let line = "yes 0123456789012345678901234567890123456789 | head -c 12000000; exit 0"
        let disk = try SmallDisk(megabytes: 6, jobs: ["loud": Jobs.shell(line, schedule: "@reboot")])
        let site = disk.site
        let daemon = try site.daemon()
        let run = try site.wait("a run", of: daemon) { site.runs.first }
        try site.wait(file: "\(site.state)/runs/\(run)/exit.json", of: daemon)
        // Room for the ledger, as its message asks for.
        truncate("\(site.state)/runs/\(run)/events.jsonl", 0)
        try site.wait("SELECT count(*) FROM runs WHERE state = 'succeeded'", of: daemon)
        #expect(try daemon.stop() == .exited(0))
        let summary = try #require(try site.ledger.column("SELECT summary FROM runs").first)
        #expect(summary.contains("bytes of output lost to a full disk"), "\(summary)")
        try SlotBook(site).check()
    }

    @Test(arguments: [true, false])
    func aDaemonDoesNotStartWithoutRoomAndSaysSo(wasUsed: Bool) throws {
        let disk = try SmallDisk(megabytes: 16, jobs: ["beat": Jobs.append("beat", schedule: "* * * * * *")])
        let site = disk.site
        if wasUsed {
            let first = try site.daemon()
            try site.marks("beat", of: first)
            try first.stop()
        }
        let marks = Files.lines("\(site.marks)/beat").count
        disk.fill()
        let second = try site.start("daemon")
        #expect(try second.wait() != .exited(0))
        #expect(second.end == .exited(1) || second.end == .exited(5), "\(second.errors)")
        #expect(
            second.errors.contains("No space left on device") || second.errors.contains("no room on the file system"), "\(second.errors)")
        #expect(second.errors.contains("fix: "), "\(second.errors)")
        #expect(Files.lines("\(site.marks)/beat").count == marks)
        disk.makeRoom()
        let third = try site.daemon()
        try site.marks("beat", atLeast: marks + 2, of: third)
        #expect(try third.stop() == .exited(0))
        try SlotBook(site).check(job: "beat")
        try SlotBook(site).check(marks: "beat")
    }

    private static func refusals(of daemon: Child) -> [String] {
        daemon.errors.split(separator: "\n").map(String.init).filter { $0.contains(refusal) }
    }
}
