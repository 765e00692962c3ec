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
        let ours = [".acore-restore-\(id)", ".acore-replaced-\(id)-data"]
        let theirs = [".acore-restore-plan", ".acore-replaced-x", ".acore-replaced-\(id)", ".acore-restore-\(id).txt", ".acore-restore-"]
        for name in ours + theirs { try bench.scratch.shell("mkdir tree/\(name); echo important > tree/\(name)/notes") }
        let report = try await bench.run().get()
        #expect(report.outcome == .succeeded && report.numbers["excluded"] == Double(ours.count), "\(report)")
        let stored = try await bench.verb("show", ["latest"]).1.joined(separator: "\n")
        for name in theirs { #expect(stored.contains("data/\(name)/notes"), "\(name) is not stored") }
        for name in ours { #expect(!stored.contains("data/\(name)/"), "\(name) is stored") }
    }
}
