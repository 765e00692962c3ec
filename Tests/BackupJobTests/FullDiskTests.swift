import BackupJob
import Foundation
import JobKit
import Synchronization
import Testing

/// Disks and limits that end a run in the middle of its writing.
@Suite struct FullDiskTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private var settings: String {
        #"{"repository":"\#(bench.scratch.path)/disk/repo","sources":{"data":"\#(bench.scratch.path)/tree"}}"#
    }

    /// How a run ended with so much room, and the last step that it came to.
    private func run(pages: Int) async throws -> (result: Result<JobReport, JobFailure>, last: WriteStep?) {
        try bench.scratch.shell("cat /dev/zero > filler 2>/dev/null || true; truncate -s -\(pages * 4096) filler", in: "disk")
        let last = Mutex<WriteStep?>(nil)
        let result = try await bench.run(settings) { step in last.withLock { $0 = step } }
        try bench.scratch.shell("rm filler", in: "disk")
        return (result, last.withLock { $0 })
    }

    @Test("with any number of free pages a run ends well, or gives back all", .enabled(if: geteuid() == 0, "needs root to mount"))
    func aDiskIsFullInEveryPhase() async throws {
        try bench.scratch.shell(
            """
            mkdir disk; mount -t tmpfs -o size=2M none disk
            for i in $(seq 150); do : > tree/$(head -c 24 /dev/urandom | basenc --base64url); done; head -c 9000 /dev/urandom > tree/noise
            """)
        defer {
            let unmounted = Result { try bench.scratch.shell("umount disk") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        _ = try await bench.run(settings).get()
        let state = "df --output=used disk | tail -1; find disk | sort; readlink disk/repo/set-nightly/data/latest; cat disk/repo/checksums"
        let before = try bench.scratch.shell(state)
        var phases: Set<WriteStep?> = []
        var pages = 0
        while true {
            let (result, last) = try await run(pages: pages)
            guard case .failure(let failure) = result else { break }
            phases.insert(last)
            #expect(failure.problem.contains(": it needs about "), "\(pages) pages, after \(String(describing: last)): \(failure)")
            #expect(failure.fix.hasPrefix("free about "), "\(failure)")
            #expect(try bench.comes(state, to: before), "\(pages) pages, after \(String(describing: last))")
            pages += 1
            try #require(pages < 200)
        }
        // The archive and the manifest, the record: each of them found no room once.
        #expect(phases.isSuperset(of: [.sourceStored, .manifestMoved]), "\(phases)")
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums", in: "disk/repo")
        // From the first point that was committed on, what did not fit is made up for.
        let after = try await bench.run(settings).get()
        #expect(after.outcome == .succeeded)
        try bench.scratch.shell(
            "sha256sum --quiet -c --strict checksums; test $(wc -l < checksums) = 9; test -z \"$(ls -A tmp)\"", in: "disk/repo")
    }

    @Test func aLimitOfFileSizesIsAnErrorThatNamesItAndNothingIsLeft() async throws {
        try bench.scratch.shell("head -c 100000 /dev/urandom > tree/a")
        _ = try await bench.run().get()
        let before = try bench.scratch.shell("find repo | sort; cat repo/checksums")
        try bench.scratch.shell("head -c 6000000 /dev/urandom > tree/b")
        let ended = try DriverProcess(bench.request(bench.settings()), through: ["prlimit", "--fsize=2000000"]).finish()
        #expect(ended.status == 1)
        #expect(ended.last.contains("File too large") && ended.last.contains("LimitFSIZE"), "\(ended.last)")
        #expect(try bench.scratch.shell("find repo | sort; cat repo/checksums") == before)
        try await bench.runAndRestore()
    }
}
