import BackupJob
import Foundation
import JobKit
import Testing

/// What happens to a synthetic full point when the archives, the machine or the disk get in the way.
@Suite struct SyntheticFaultTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func settings(_ type: String) -> String { bench.settings(#""type":"\#(type)","set":"nightly","threads":1"#) }

    /// A chain of some points, each of which holds something that the newest one needs.
    private func makeChain(_ points: Int = 3, bytes: Int = 300_000) async throws {
        for step in 0..<points {
            try bench.scratch.shell(
                "head -c \(bytes) /dev/urandom > tree/\(step); mkdir tree/d\(step); setfattr -n user.a -v b tree/d\(step)")
            _ = try await bench.run(settings("incremental"), later: Double(step) * 60).get()
        }
    }

    private static let state = "find . -type f ! -name lock -exec sha256sum {} + | sort; find . -type l -printf '%p %l\\n'"

    @Test func aFlippedBitInAnyArchiveOrListIsNeverCommitted() async throws {
        try await makeChain()
        let before = try bench.scratch.shell(Self.state, in: "repo")
        for name in ["0000.tar.zst", "0001.tar.zst", "0002.tar.zst", "0002.manifest.zst"] {
            for share in [1, 5, 9] {
                try bench.scratch.shell(
                    """
                    FILE=$(echo set-nightly/data/c-*/\(name)); cp $FILE ../good
                    python3 - $FILE <<END
                    import os, sys
                    with open(sys.argv[1], 'r+b') as file:
                        place = os.path.getsize(sys.argv[1]) * \(share) // 10
                        file.seek(place); byte = file.read(1)[0]; file.seek(place); file.write(bytes([byte ^ 4]))
                    END
                    """, in: "repo")
                let result = try await bench.run(settings("synthetic"), later: 600)
                let failure = try #require(throws: JobFailure.self) { try result.get() }
                #expect(failure.problem.hasPrefix("no synthetic full point can be made: "), "\(failure)")
                #expect(failure.problem.hasSuffix("\(name) cannot be used: its checksum is not that of its record"), "\(failure)")
                try bench.scratch.shell("mv ../good set-nightly/data/c-*/\(name)", in: "repo")
                #expect(try bench.scratch.shell(Self.state, in: "repo") == before)
            }
        }
        #expect(try await bench.run(settings("synthetic"), later: 600).get().outcome == .succeeded)
    }

    @Test func contentThatIsNotWhatTheListSaysIsNeverCommitted() async throws {
        try bench.scratch.shell("echo sound > tree/a")
        _ = try await bench.run(settings("incremental"), later: 60).get()
        try bench.rewriteManifest("text = text.replace(hashlib.sha256(b'sound\\n').hexdigest().encode(), b'a' * 64)")
        let result = try await bench.run(settings("synthetic"), later: 600)
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        #expect(failure.problem == "no synthetic full point can be made: data/a cannot be used: its content is not what was stored")
        #expect(try bench.scratch.shell("ls repo/tmp; ls repo/set-nightly/data | grep -c c-") == "1\n")
    }

    @Test(
        "behind a damaged record there may be a newer tree",
        arguments: ["echo '{' > $C/0002.point.json", "rm $C/0001.point.json", "rm $C/0001.tar.zst"])
    func isRefused(damage: String) async throws {
        try await makeChain()
        try bench.scratch.shell("C=$(ls -d repo/set-nightly/data/c-*); \(damage)")
        let before = try bench.scratch.shell(Self.state, in: "repo")
        let result = try await bench.run(settings("synthetic"), later: 600)
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        #expect(failure.problem.hasPrefix("no synthetic full point can be made: "), "\(failure)")
        #expect(try bench.scratch.shell(Self.state, in: "repo") == before)
    }

    @Test("a run killed at any step leaves the old state, and no litter after the next run", arguments: WriteStep.writing)
    func isKilled(at step: WriteStep) async throws {
        try await makeChain()
        let state = "readlink repo/set-nightly/data/latest; cat repo/checksums"
        let before = try bench.scratch.shell(state)
        try bench.scratch.shell("mv tree hidden")
        let driver = try DriverProcess(bench.request(settings("synthetic")), pausingAt: step.rawValue)
        try driver.wait(for: "at \(step.rawValue)")
        driver.killNow()
        if ![.latestSet, .checksumsWritten].contains(step) { #expect(try bench.comes(state, to: before)) }
        try await isWholeAfterwards(chains: [.committed, .latestSet, .checksumsWritten].contains(step) ? 3 : 2)
    }

    /// Makes another one, and looks at what there is then.
    private func isWholeAfterwards(chains: Int) async throws {
        #expect(try await bench.run(settings("synthetic"), later: 600).get().outcome == .succeeded)
        #expect(
            try bench.scratch.shell("sha256sum --quiet -c --strict checksums; ls tmp; ls -d set-nightly/data/c-* | wc -l", in: "repo")
                == "\(chains)\n")
        try bench.pasteRestoreText(into: "out")
        #expect(try bench.listing(of: "out/data") == bench.listing(of: "hidden"))
    }

    @Test func aRunKilledAtAnyMomentLeavesWhatWasThere() async throws {
        try await makeChain(bytes: 12_000_000)
        try bench.scratch.shell("mv tree hidden")
        var dice = SplitMix(seed: 42)
        var committed = 0
        for round in 0..<50 {
            let driver = try DriverProcess(bench.request(settings("synthetic")), pausingAt: "checksumsWritten")
            // From before it has begun until it has ended.
            poll(nil, 0, Int32(dice.next() % 400))
            driver.killNow()
            try bench.scratch.shell("sha256sum --quiet -c checksums", in: "repo")
            let records = try bench.scratch.shell("ls repo/set-nightly/data/c-*/0000.point.json | wc -l")
            committed = try #require(Int(records.dropLast())) - 1
            #expect(try await bench.verb("verify", []).0.get().outcome == .succeeded, "round \(round)")
        }
        #expect(committed < 50)
        try await isWholeAfterwards(chains: committed + 2)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func aFullDiskGivesBackAllAndSaysHowMuchIsNeeded() async throws {
        let path = bench.scratch.path
        try bench.scratch.shell("mkdir disk; mount -t tmpfs -o size=8M none disk; head -c 5000000 /dev/urandom > tree/a")
        defer {
            let unmounted = Result { try bench.scratch.shell("umount disk") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        func settings(_ type: String) -> String {
            #"{"repository":"\#(path)/disk/repo","type":"\#(type)","sources":{"data":"\#(path)/tree"}}"#
        }
        _ = try await bench.run(settings("full")).get()
        let state = "df --output=used,iused disk | tail -1; find disk | sort; cat disk/repo/checksums"
        let before = try bench.scratch.shell(state)
        let result = try await bench.run(settings("synthetic"))
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        let problem = failure.problem.replacingOccurrences(of: path, with: "PATH")
        #expect(problem.hasPrefix("no space left for the archive in PATH/disk/repo: it needs about 5.8 MiB, "), "\(problem)")
        #expect(problem.hasSuffix("; all that was written is removed"))
        #expect(try bench.comes(state, to: before))
    }
}
