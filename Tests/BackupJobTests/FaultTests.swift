import BackupJob
import Foundation
import JobKit
import Testing

/// What happens when the machine, the disk or somebody else gets in the way.
@Suite struct FaultTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test("a run killed at any step leaves the old state, and no litter after the next run", arguments: WriteStep.writing)
    func isKilled(at step: WriteStep) async throws {
        try bench.scratch.shell("echo old > tree/a")
        _ = try await bench.run().get()
        let before = try bench.scratch.shell("readlink repo/set-nightly/data/latest; cat repo/checksums")
        try bench.scratch.shell("echo new > tree/a")
        let driver = try DriverProcess(bench.request(bench.settings()), pausingAt: step.rawValue)
        try driver.wait(for: "at \(step.rawValue)")
        driver.killNow()
        try bench.scratch.shell("sha256sum --quiet -c checksums", in: "repo")
        let isCommitted = [.committed, .latestSet, .checksumsWritten].contains(step)
        if ![.latestSet, .checksumsWritten].contains(step) {
            #expect(try bench.scratch.shell("readlink repo/set-nightly/data/latest; cat repo/checksums") == before)
        }
        try await bench.runAndRestore()
        #expect(try bench.scratch.shell("cat out/data/a") == "new\n")
        #expect(try bench.repositoryNames() == Bench.names(points: isCommitted ? 3 : 2))
    }

    @Test("so does the very first run", arguments: WriteStep.writing)
    func isKilledFirst(at step: WriteStep) async throws {
        try bench.scratch.shell("echo new > tree/a")
        let driver = try DriverProcess(bench.request(bench.settings()), pausingAt: step.rawValue)
        try driver.wait(for: "at \(step.rawValue)")
        driver.killNow()
        try await bench.runAndRestore()
        #expect(try bench.repositoryNames() == Bench.names(points: [.committed, .latestSet, .checksumsWritten].contains(step) ? 2 : 1))
    }

    @Test func aSecondWriterIsRefusedAndADeadOneBlocksNobody() async throws {
        try bench.scratch.shell("echo 1 > tree/a")
        let driver = try DriverProcess(bench.request(bench.settings()), pausingAt: "locked")
        try driver.wait(for: "at locked")
        let result = try await bench.run()
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        #expect(failure.retry == .mayHelp)
        #expect(
            failure.problem.hasPrefix(
                "the repository \(bench.scratch.path)/repo is busy: acore-sched job nightly, pid \(driver.pid), since "))
        driver.killNow()
        try await bench.runAndRestore()
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func aFullDiskGivesBackAllAndSaysHowMuchIsNeeded() async throws {
        let path = bench.scratch.path
        try bench.scratch.shell("mkdir disk; mount -t tmpfs -o size=8M none disk; head -c 1000000 /dev/urandom > tree/a")
        defer {
            let unmounted = Result { try bench.scratch.shell("umount disk") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        let settings = #"{"repository":"\#(path)/disk/repo","sources":{"data":"\#(path)/tree"}}"#
        _ = try await bench.run(settings).get()
        let state = "df --output=used,iused disk | tail -1; find disk | sort; cat disk/repo/checksums"
        let before = try bench.scratch.shell(state)
        try bench.scratch.shell("head -c 20000000 /dev/urandom > tree/b")
        let result = try await bench.run(settings)
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        let problem = failure.problem.replacingOccurrences(of: path, with: "PATH")
        #expect(
            try
                #/no space left for the archive in PATH/disk/repo: it needs about 2[01]\.[0-9] MiB, [0-9]\.[0-9] MiB are free; all that was written is removed/#
                .wholeMatch(in: problem) != nil, "\(problem)")
        #expect(failure.retry == .mayHelp)
        #expect(failure.fix.hasPrefix("free about 1"), "\(failure.fix)")
        #expect(try bench.comes(state, to: before))
    }

    @Test func aFileCutWhileItIsReadIsPaddedAndNamed() async throws {
        let report = try await runWhileCutting(retries: 0)
        #expect(report.outcome == .warning)
        #expect(
            try #/data/big shrank while it was read; its last [0-9]+ bytes are stored as zeros/#.wholeMatch(
                in: bench.log(.warning).first ?? "") != nil,
            "\(bench.log(.warning))")
        #expect(try bench.scratch.shell("stat -c %s out/data/big out/data/next") == "67108864\n6\n")
        #expect(try bench.manifest.contains(#""state":"changed""#))
    }

    @Test func aFileThatChangesOnceIsReadAgainAndTheLaterCopyCounts() async throws {
        let report = try await runWhileCutting(retries: 2)
        #expect(report.outcome == .succeeded, "\(report.summary)")
        #expect(try bench.scratch.shell("cmp tree/big out/data/big; stat -c %s out/data/big") == "3000000\n")
        #expect(report.numbers["files"] == 2)
    }

    @Test func aFileThatVanishesBeforeItIsReadIsCountedAndNamed() async throws {
        let path = bench.scratch.path
        let report = try await runWhileReading(retries: 0, outcome: .succeeded) { unlink(path + "/tree/next") }
        #expect(report.numbers["vanished"] == 1 && report.numbers["files"] == 1)
        #expect(report.summary.contains(", 1 file vanished meanwhile"), "\(report.summary)")
        #expect(bench.log(.info).contains("data/next vanished before it was read"), "\(bench.log(.info))")
    }

    /// Cuts a file of 64 MiB short as soon as its first part is in the archive.
    private func runWhileCutting(retries: Int) async throws -> JobReport {
        let path = bench.scratch.path
        return try await runWhileReading(retries: retries, outcome: retries == 0 ? .warning : .succeeded) {
            truncate(path + "/tree/big", 3_000_000)
        }
    }

    /// Does something to the tree as soon as the first part of a file of 64 MiB is in the archive.
    private func runWhileReading(
        retries: Int, outcome: JobReport.Outcome, _ act: @escaping @Sendable () -> Void
    ) async throws -> JobReport {
        try bench.scratch.shell("head -c 67108864 /dev/urandom > tree/big; echo after > tree/next")
        let path = bench.scratch.path
        let cutter = Thread {
            // Spins on purpose: the run has no step inside a file.
            var size = 0
            while size == 0 {
                let names = Result { try FileManager.default.subpathsOfDirectory(atPath: path + "/repo/tmp") }
                guard case .success(let found) = names, let archive = found.first(where: { $0.hasSuffix(".tar.zst") }) else { continue }
                var status = stat()
                if stat(path + "/repo/tmp/" + archive, &status) == 0 { size = Int(status.st_size) }
            }
            act()
        }
        cutter.start()
        let settings = bench.settings(#""retries":\#(retries),"threads":1"#)
        return try await bench.runAndRestore(settings, outcome: outcome)
    }

    @Test(
        "a file that never stands still",
        arguments: [("busy.bin", JobReport.Outcome.warning), ("busy.log", .succeeded), ("busy.any", .succeeded)])
    func keepsChanging(name: String, outcome: JobReport.Outcome) async throws {
        try bench.scratch.shell("head -c 50000000 /dev/urandom > tree/\(name)")
        let writer = try DriverlessWriter(path: bench.scratch.path + "/tree/" + name)
        defer { writer.stop() }
        let report = try await bench.runAndRestore(bench.settings(#""retries":1,"may_change":["*.any"]"#), outcome: outcome)
        writer.stop()
        if outcome == .warning {
            #expect(report.summary.hasSuffix("the first: data/busy.bin changed each time it was read; stored as it was read last"))
        }
        if name == "busy.any" {
            // Once: reading it again would store it again, and no better.
            let sizes = try bench.scratch.shell("stat -c %s repo/set-*/data/c-*/0000.tar.zst out/data/\(name)").split(separator: "\n")
            let (archive, file) = (try #require(sizes.first.flatMap { Int($0) }), try #require(sizes.last.flatMap { Int($0) }))
            #expect(archive < file * 3 / 2, "\(archive) of \(file)")
        }
        // What is stored is a beginning of what the file is now.
        try bench.scratch.shell("cmp -n $(stat -c %s out/data/\(name)) tree/\(name) out/data/\(name)")
    }

    @Test func somebodyWhoSwapsAFileForALinkGetsNothingOut() async throws {
        try bench.scratch.shell(
            "echo SECRET-OF-ROOT > secret; mkdir hidden; echo SECRET-OF-ROOT > hidden/file; mkdir tree/d; echo harmless > tree/d/file")
        let attacker = try Attacker(scratch: bench.scratch)
        defer { attacker.stop() }
        for _ in 0..<30 {
            _ = try await bench.run(bench.settings(#""threads":1"#)).get()
            #expect(try bench.scratch.shell("zstd -dc \(bench.newest).tar.zst | grep -ac SECRET || true", in: "repo") == "0\n")
        }
        attacker.stop()
        #expect(attacker.swaps > 0)
    }

    @Test func aSourceThatIsSwappedForALinkIsOneTreeOrTheOther() async throws {
        try bench.scratch.shell(
            "mkdir hidden tree/d; for i in $(seq 40); do echo own > tree/d/$i; echo OTHER > hidden/$i; done; mkdir hidden/d")
        try bench.scratch.shell("for i in $(seq 40); do echo OTHER > hidden/d/$i; done")
        let attacker = Swapper(folder: bench.scratch.path + "/tree", target: "hidden")
        defer { attacker.stop() }
        for _ in 0..<20 {
            // The moment in which there is neither is a source that is not there.
            guard case .success = try await bench.run(bench.settings(#""threads":1"#)) else { continue }
            let text = try bench.scratch.shell(
                "zstd -dc \(bench.newest).tar.zst | grep -aoE '^(own|OTHER)|OTHER|own' | sort -u", in: "repo")
            #expect(["own\n", "OTHER\n", ""].contains(text), "\(text)")
        }
        attacker.stop()
        #expect(attacker.swaps > 0)
    }
}
