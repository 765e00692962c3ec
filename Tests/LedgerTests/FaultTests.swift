import CronSchedule
import Foundation
import GRDB
import SchedulerCore
import Testing

@testable import Ledger

/// The machine fails: no room, no rights, no mercy.
@Suite struct FaultTests {
    /// A file system of its own for one test.
    final class Disk {
        let path: String

        init(size: String) throws {
            var template = Array((NSTemporaryDirectory() + "ledger-disk-XXXXXX").utf8CString)
            path = try #require(mkdtemp(&template).map { String(cString: $0) })
            try #require(mount("small", path, "tmpfs", 0, "size=\(size)") == 0, "this machine mounts nothing: \(errno)")
        }

        deinit {
            umount2(path, Int32(MNT_DETACH))
            rmdir(path)
        }

        /// A process that another test is just starting holds copies of all descriptors until it is itself, and a file
        /// held to write keeps its disk writable: asked again until it is so.
        func remount(readOnly: Bool) throws {
            let flags = UInt(MS_REMOUNT) | (readOnly ? UInt(MS_RDONLY) : 0)
            var tries = 0
            while mount("small", path, "tmpfs", flags, nil) != 0 {
                tries += 1
                try #require(errno == EBUSY && tries < 1000, "cannot mount anew: \(errno)")
                poll(nil, 0, 10)
            }
        }

        /// Takes all the room that is left, but what `spare` bytes need.
        func fill(sparing spare: Int = 0) throws {
            let file = open(path + "/ballast", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            defer { close(file) }
            let block = [UInt8](repeating: 1, count: 4096)
            while write(file, block, block.count) > 0 {}
            var status = stat()
            try #require(fstat(file, &status) == 0)
            try #require(ftruncate(file, max(0, status.st_size - spare)) == 0)
        }

        /// The room comes back at once, also while a process that is being started holds the file.
        func clear() throws {
            try #require(truncate(path + "/ballast", 0) == 0)
            try FileManager.default.removeItem(atPath: path + "/ballast")
        }
    }

    /// One claim with a long text, so that few of them fill a disk.
    private static func claim(_ number: Int) throws -> LedgerChanges {
        var run = try Run.sample(number).brought(to: .succeeded)
        run.ending = RunEnding(summary: String(repeating: "x", count: 3000))
        return LedgerChanges(runs: [run], occurrences: [.sample(try #require(run.slot), account: .ran(run: run.id))])
    }

    @Test("a full disk leaves nothing half-written", .enabled(if: geteuid() == 0, "needs root to mount"), arguments: [0, 20_000, 200_000])
    func fullDisk(spare: Int) throws {
        let disk = try Disk(size: "8m")
        let ledger = try Ledger.open(in: disk.path, now: .noon).ledger
        try ledger.commit(Self.claim(1))
        try disk.fill(sparing: spare)
        var acknowledged = 1
        #expect(throws: LedgerError.diskFull(path: disk.path + "/ledger.sqlite")) {
            for number in 2...10_000 {
                try ledger.commit(Self.claim(number))
                acknowledged = number
            }
        }
        #expect(try ledger.runs(job: nil, limit: 10_000).count == acknowledged)
        let slots = try ledger.occurrences(job: "nightly", since: .noon, until: .noon(plus: 99_999), limit: 10_000)
        #expect(slots.count == acknowledged)
        #expect(try ledger.integrityCheck().isEmpty)
        try disk.clear()
        try ledger.commit(Self.claim(acknowledged + 1))
        try ledger.close()
        let (again, notice) = try Ledger.open(in: disk.path, now: .noon)
        #expect(notice == nil)
        #expect(try again.runs(job: nil, limit: 10_000).count == acknowledged + 1)
        #expect(try again.integrityCheck().isEmpty)
        try again.close()
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func aFullDiskIsNotDamageAtTheStart() throws {
        let disk = try Disk(size: "2m")
        try disk.fill()
        #expect(throws: LedgerError.self) { try Ledger.open(in: disk.path, now: .noon) }
        try disk.clear()
        let made = try Ledger.open(in: disk.path, now: .noon)
        #expect(made.notice == .created(path: disk.path + "/ledger.sqlite"))
        try made.ledger.commit(Self.claim(1))
        try made.ledger.close()
        try disk.fill()
        #expect(throws: LedgerError.diskFull(path: disk.path + "/ledger.sqlite")) { try Ledger.open(in: disk.path, now: .noon) }
        try disk.clear()
        let (ledger, notice) = try Ledger.open(in: disk.path, now: .noon)
        #expect(notice == nil)
        #expect(try ledger.runs(job: nil, limit: 9).count == 1)
        try ledger.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path) == ["ledger.sqlite"])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func aReadOnlyFileSystemIsNamed() throws {
        let disk = try Disk(size: "2m")
        try disk.remount(readOnly: true)
        #expect(throws: LedgerError.readOnly(path: disk.path + "/ledger.sqlite.new")) { try Ledger.open(in: disk.path, now: .noon) }
        try disk.remount(readOnly: false)
        let ledger = try Ledger.open(in: disk.path, now: .noon).ledger
        try ledger.commit(Self.claim(1))
        try ledger.close()
        try disk.remount(readOnly: true)
        #expect(throws: LedgerError.readOnly(path: disk.path)) { try Ledger.open(in: disk.path, now: .noon) }
        try disk.remount(readOnly: false)
        let (again, notice) = try Ledger.open(in: disk.path, now: .noon)
        #expect(notice == nil)
        #expect(try again.runs(job: nil, limit: 9).count == 1)
        try again.close()
    }

    @Test("kill -9 takes nothing that was acknowledged", arguments: [1, 2, 30, 500])
    func killed(after count: Int) throws {
        let scratch = try Scratch()
        let binaries = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let process = Process()
        process.executableURL = binaries.appendingPathComponent("ledger-test-driver")
        process.arguments = [scratch.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var output = Data()
        while output.count < 27 * count {
            let piece = pipe.fileHandleForReading.availableData
            try #require(!piece.isEmpty, "the writer ended by itself")
            output += piece
        }
        kill(process.processIdentifier, SIGKILL)
        output += try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let acknowledged = String(decoding: output, as: UTF8.self).split(separator: "\n").filter { $0.utf8.count == 26 }
        let (ledger, notice) = try Ledger.open(in: scratch.path, now: .noon)
        #expect(notice == nil)
        for text in acknowledged {
            let id = try #require(RunID(rawValue: String(text)))
            let run = try #require(try ledger.run(id), "\(id) was acknowledged and is gone")
            let slot = try #require(run.slot?.instant)
            #expect(try ledger.occurrences(job: "tick", since: slot, until: slot, limit: 2).map(\.account) == [.ran(run: id)])
        }
        #expect(acknowledged.count >= count)
        #expect(try ledger.integrityCheck().isEmpty)
    }
}
