import BackupJob
import Foundation
import JobKit
import Testing

/// What restores in place lay beside and inside of sources, as backups, other users and other restores meet it.
@Suite struct RestoreNamesTests {
    @Test("a backup of what lies around a restore that has not ended says so", arguments: ["place", ""])
    func isAbove(folder: String) async throws {
        let place = try await InPlaceBench()
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "swapped")
        try driver.wait(for: "at swapped")
        driver.killNow()
        let path = place.bench.scratch.path
        let settings = #"{"repository":"\#(path)/other","sources":{"all":"\#(path)/\#(folder)"},"exclude":["/repo"]}"#
        let report = try await place.bench.run(settings).get()
        #expect(report.outcome == .warning && report.summary.contains("of a restore that has not ended"), "\(report.summary)")
        #expect(try await place.bench.run(settings, dryRun: true).get().outcome == .warning)
        _ = try await place.restore("--purge").0.get()
        #expect(try await place.bench.run(settings, later: 3600).get().outcome == .succeeded)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func aBackupOfAMountInWhichPartsAreRestoredSaysSo() async throws {
        let bench = try Bench()
        try bench.scratch.shell("mount -t tmpfs none tree; mkdir tree/x tree/y; echo 1 | tee tree/x/a > tree/y/a")
        defer {
            let unmounted = Result { try bench.scratch.shell("umount tree") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        _ = try await bench.run().get()
        try bench.scratch.shell("echo 2 | tee tree/x/a > tree/y/a")
        let words = ["restore", "latest", "--in-place", "--path", "data/x", "--path", "data/y"]
        let driver = try DriverProcess(bench.request(bench.settings(), call: words), pausingAt: "swapped")
        try driver.wait(for: "at swapped")
        driver.killNow()
        let report = try await bench.run(later: 3600).get()
        #expect(report.outcome == .warning && report.summary.contains("of a restore that has not ended"), "\(report.summary)")
    }

    @Test func onlyWhatARestoreMakesIsLeftOut() async throws {
        let bench = try Bench()
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
        let ours = [".acore-restore-\(id)", ".acore-replaced-\(id)-data", ".acore-restore.lock"]
        let theirs = [".acore-restore-plan", ".acore-replaced-x", ".acore-replaced-\(id)", ".acore-restore-\(id).txt", ".acore-restore-"]
        for name in ours + theirs { try bench.scratch.shell("mkdir tree/\(name); echo important > tree/\(name)/notes") }
        let report = try await bench.run().get()
        #expect(report.outcome == .succeeded && report.numbers["excluded"] == Double(ours.count), "\(report)")
        let stored = try await bench.verb("show", ["latest"]).1.joined(separator: "\n")
        for name in theirs { #expect(stored.contains("data/\(name)/notes"), "\(name) is not stored") }
        for name in ours { #expect(!stored.contains("data/\(name)/"), "\(name) is stored") }
    }

    @Test func whoMayOnlyLookAtAFolderKeepsNobodyFromRestoring() async throws {
        let place = try await InPlaceBench()
        let holder = try DriverProcess.holding(place.place)
        defer { holder.terminate() }
        _ = try await place.restore(place.points[0], "--in-place").0.get()
        #expect(try place.look() == place.states[0])
        _ = try await place.restore("--purge").0.get()
        #expect(try place.names() == ["conf", "data", "env"])
    }

    @Test func theLockIsOfItsOwnerOnlyAndGoesWithTheRestore() async throws {
        let place = try await InPlaceBench()
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "staged")
        try driver.wait(for: "at staged")
        #expect(try place.bench.scratch.shell("stat -c '%a %s %F' place/.acore-restore.lock") == "600 0 regular empty file\n")
        // A dry run makes no name, and waits for nobody.
        let planned = try await place.restore("latest", "--in-place", dryRun: true).0
        #expect(throws: JobFailure.self) { try planned.get() }
        driver.killNow()
        #expect(try place.names().contains(".acore-restore.lock"))
        let before = try place.bench.scratch.shell("stat -c %y place")
        _ = try await place.restore("latest", "--in-place", dryRun: true).0.get()
        #expect(try place.bench.scratch.shell("stat -c %y place") == before)
        _ = try await place.restore("--purge").0.get()
        #expect(try place.names() == ["conf", "data", "env"])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to give a file away"))
    func aLockThatIsNoFileOfOursIsNamed() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell("ln -s /etc/passwd place/.acore-restore.lock")
        let failure = try await #require(throws: JobFailure.self) { try await place.restore("--purge").0.get() }
        #expect(failure.problem.contains("\(place.place)/.acore-restore.lock"), "\(failure)")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to become somebody else"))
    func aFolderInWhichNothingCanBeMadeNeedsNoLock() async throws {
        let place = try await InPlaceBench(apart: true)
        try place.bench.scratch.shell("chmod 755 . homes homes/conf; chown -R 65534:65534 homes/data homes/env place repo")
        let wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let purged = try place.driver(["--purge"], through: wrapper).finish()
        #expect(purged.status == 0, "\(purged.last)")
    }
}

extension DriverProcess {
    /// A program that holds a shared lock of a folder until it is ended.
    fileprivate static func holding(_ folder: String) throws -> Process {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["-s", folder, "sh", "-c", "echo held; exec tail -f /dev/null"]
        process.standardOutput = output
        try process.run()
        #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "held\n")
        return process
    }
}
