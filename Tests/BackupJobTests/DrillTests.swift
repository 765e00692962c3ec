import Foundation
import JobKit
import Synchronization
import Testing

/// A drill: as a job of `type: drill` and as a verb.
@Suite struct DrillTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.scratch.shell(
            """
            mkdir scratch; head -c 200000 /dev/urandom > tree/noise; mkdir tree/d; ln tree/noise tree/d/again; ln -s noise tree/link
            touch -d '2001-02-03 04:05:06.123456789Z' tree/d
            python3 -c 'import sqlite3; b=sqlite3.connect("tree/bot.db"); b.execute("create table t(a)"); b.executemany("insert into t values(?)", [(i,) for i in range(9999)]); b.commit()'
            """)
    }

    /// A drill's job names no sources.
    private func settings(_ more: String = "") -> String {
        let path = bench.scratch.path
        return #"{"type":"drill","repository":"\#(path)/repo","scratch":"\#(path)/scratch"\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    private func drill(_ more: String = "") async throws -> Result<JobReport, JobFailure> {
        let before = try bench.scratch.shell("find repo | sort | xargs stat -c '%n %Z %Y'")
        let result = try await bench.run(settings(more))
        #expect(try bench.scratch.shell("ls -A scratch") == "")
        #expect(try bench.scratch.shell("find repo | sort | xargs stat -c '%n %Z %Y'") == before, "the repository was written to")
        return result
    }

    @Test func aGoodPointIsRestoredComparedAndMeasured() async throws {
        _ = try await bench.run().get()
        let probe =
            #""probe":["sh","-c","set -e; test $ACORE_RESTORED = $(pwd -P); cmp data/noise \#(bench.scratch.path)/tree/noise; echo seen $ACORE_POINT"]"#
        let report = try await drill(probe).get()
        #expect(report.outcome == .succeeded, "\(report.summary)")
        #expect(report.numbers["files"] == 2 && report.numbers["databases"] == 1 && report.numbers["entries"] == 6, "\(report.numbers)")
        #expect(try #require(report.numbers["restore_s"]) > 0 && (report.numbers["age_s"] ?? -1) >= 0)
        #expect(report.summary.contains("everything is as it was stored, 1 database sound"), "\(report.summary)")
        #expect(bench.log(.info).contains { $0.hasPrefix("probe: seen 0") }, "\(bench.log(.info))")
        let metrics = bench.events.withLock { $0.compactMap { if case .metric(let metric) = $0 { metric.name } else { nil } } }
        #expect(metrics.contains("backup_drill_restore_duration") && metrics.contains("backup_drill_point_age"), "\(metrics)")
        #expect(try await bench.verb("drill", ["latest"], settings: settings()).0.get().outcome == .succeeded)
        let dry = try await bench.run(settings(), dryRun: true).get()
        #expect(dry.summary.hasPrefix("dry run: point ") && dry.numbers["files"] == 2)
    }

    @Test func aChainWithAPartlyChangedLargeFileIsRestoredAndPutBackInPlace() async throws {
        try bench.scratch.shell("rm tree/bot.db; head -c 20000000 /dev/urandom > tree/large")
        _ = try await bench.run(bench.settings(#""type":"incremental""#)).get()
        try bench.scratch.shell("printf changed | dd of=tree/large bs=1 seek=9000000 conv=notrunc status=none; rm tree/link")
        _ = try await bench.run(bench.settings(#""type":"incremental""#), later: 3600).get()
        let before = try bench.listing(of: "tree")
        #expect(try await drill().get().numbers["files"] == 2)
        try bench.scratch.shell("rm -r tree/*")
        _ = try await bench.verb("restore", ["latest", "--in-place"]).0.get()
        #expect(try bench.listing(of: "tree") == before)
    }

    @Test("one flipped bit fails it, whatever file of the point it is in", arguments: ["0000.tar.zst", "0000.manifest.zst"])
    func flippedBit(file: String) async throws {
        _ = try await bench.run().get()
        try bench.scratch.shell(
            "python3 -c 'import sys; f=open(sys.argv[1],\"r+b\"); f.seek(0,2); p=f.tell()//2; f.seek(p); b=f.read(1)[0]^8; f.seek(p); f.write(bytes([b]))' repo/set-nightly/data/c-*/\(file)"
        )
        let failure = try await #require(throws: JobFailure.self) { try await drill().get() }
        #expect(failure.problem.contains("cannot be used"), "\(failure)")
    }

    @Test func aPointThatIsPartialIsAWarning() async throws {
        let path = bench.scratch.path
        _ = try await bench.run(
            #"{"repository":"\#(path)/repo","sources":{"data":"\#(path)/tree","gone":"\#(path)/gone"}}"#
        ).get()
        let report = try await drill().get()
        #expect(report.outcome == .warning)
        #expect(report.summary.hasSuffix("; the point itself ended with 1 warning"), "\(report.summary)")
    }

    @Test func aDatabaseThatIsDamagedFailsItThoughEveryByteIsAsStored() async throws {
        // No copy of such a database can be made, so its plain bytes are in the point, and are what they were.
        try bench.scratch.shell("dd if=/dev/urandom of=tree/bot.db bs=4096 seek=2 count=5 conv=notrunc status=none")
        let report = try await bench.run().get()
        #expect(report.outcome == .warning)
        let failure = try await #require(throws: JobFailure.self) { try await drill().get() }
        #expect(failure.problem.contains("this is wrong: the database data/bot.db "), "\(failure)")
    }

    @Test("a probe that fails, fails the drill", arguments: ["exit 4", "tail -f /dev/null"])
    func probeFails(script: String) async throws {
        _ = try await bench.run().get()
        let failure = try await #require(throws: JobFailure.self) {
            try await drill(#""probe":["sh","-c","\#(script)"],"hook_timeout":"1s""#).get()
        }
        let end = script == "exit 4" ? "ended with status 4" : "had not ended after 1s"
        #expect(failure.problem.hasSuffix("was restored whole, but probe (sh -c \(script)) \(end)"), "\(failure)")
    }

    @Test func aPointThatIsNotThereFailsIt() async throws {
        _ = try await bench.run().get()
        let failure = try await #require(throws: JobFailure.self) { try await drill(#""set":"other""#).get() }
        #expect(failure.problem == "the set other has no data point")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func tooLittleRoomIsSaidBeforeAnythingIsWritten() async throws {
        _ = try await bench.run().get()
        try bench.scratch.shell("mount -t tmpfs -o size=512k none scratch")
        defer {
            let unmounted = Result { try bench.scratch.shell("umount scratch") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        let failure = try await #require(throws: JobFailure.self) { try await drill().get() }
        #expect(
            failure.problem
                == "no room for a drill: the point needs about 1.3 MiB, and \(bench.scratch.path)/scratch has 512.0 KiB", "\(failure)")
    }

    @Test func aDrillThatWasKilledIsCleanedUpByTheNext() async throws {
        _ = try await bench.run().get()
        let driver = try DriverProcess(bench.request(settings()), pausingAt: "staged")
        try driver.wait(for: "at staged")
        driver.killNow()
        #expect(try bench.scratch.shell("ls -A scratch | grep -c '^.acore-restore-'") == "1\n")
        #expect(try await drill().get().outcome == .succeeded)
    }

    @Test func aDrillHoldsItsChain() async throws {
        _ = try await bench.run().get()
        let driver = try DriverProcess(bench.request(settings()), pausingAt: "staged")
        try driver.wait(for: "at staged")
        #expect(try bench.scratch.run("flock -n -x repo/set-nightly/data/c-* true").status == 1)
        #expect(try driver.finish().status == 0)
        #expect(try bench.scratch.run("flock -n -x repo/set-nightly/data/c-* true").status == 0)
    }

    @Test func aDrillsJobHasNothingToPurge() async throws {
        let failure = try await #require(throws: JobFailure.self) {
            try await bench.verb("restore", ["--purge"], settings: settings()).0.get()
        }
        #expect(failure.problem == "this job has no sources")
    }

    @Test func otherTypesStillNeedSources() throws {
        let (_, findings) = try Bench.read(#"{"repository":"/tmp/repo"}"#)
        #expect(findings.map(\.problem) == ["with lacks sources"])
        #expect(try Bench.read(settings()).1.isEmpty)
    }
}
