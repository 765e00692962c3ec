import BackupJob
import Foundation
import JobKit
import Synchronization
import Testing

@Suite struct OutcomeTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test func theSummaryIsWhatAnOperatorReads() async throws {
        try bench.scratch.shell("cd tree; seq 1 1234 | xargs touch; head -c 3000000 /dev/zero > a")
        let report = try await bench.run().get()
        #expect(report.outcome == .succeeded)
        #expect(
            try #/full point [0-9A-Z]{26} of set nightly: 1,235 files, 2.9 MiB → [0-9.]+ [KM]iB in [0-9]+\.[0-9] s/#.wholeMatch(
                in: report.summary) != nil,
            "\(report.summary)")
        #expect(report.numbers["files"] == 1235)
        #expect(report.numbers["bytes"] == 3_000_000)
        #expect(report.numbers["warnings"] == 0)
        let artifacts = bench.events.withLock { events in
            events.compactMap { event in
                if case .artifact(let artifact) = event { return artifact }
                return nil
            }
        }
        #expect(artifacts.count == 2)
        let archive = try #require(artifacts.first)
        #expect(
            try bench.scratch.shell("sha256sum < \(archive.path); stat -c %s \(archive.path)")
                == "\(archive.sha256 ?? "")  -\n\(archive.size)\n")
    }

    @Test func theRepositoryHoldsOneMorePointAfterEachRun() async throws {
        try bench.scratch.shell("echo 1 > tree/a")
        for point in 1...3 {
            try await bench.runAndRestore()
            #expect(try bench.repositoryNames() == Bench.names(points: point))
        }
        #expect(try bench.scratch.shell("wc -l < repo/checksums") == "9\n")
        #expect(
            try bench.scratch.shell("cat repo/set-nightly/data/c-*/*.point.json | grep -o '\"counter\":[0-9]*'")
                == "\"counter\":1\n\"counter\":2\n\"counter\":3\n")
    }

    @Test func everythingIsForItsOwnerOnlyWhateverTheUmask() async throws {
        try bench.scratch.shell("echo 1 > tree/a")
        let driver = try DriverProcess(
            bench.request(bench.settings()), pausingAt: "archiveFinished", through: ["bash", "-c", "umask 000; exec \"$@\"", "bash"])
        try driver.wait(for: "at archiveFinished")
        let open = "find repo ! -type l -perm /077"
        #expect(try bench.scratch.shell(open) == "")
        #expect(try driver.finish().status == 0)
        #expect(try bench.scratch.shell(open) == "")
    }

    @Test func aMissingSourceIsNamedAndTheOthersAreStored() async throws {
        let path = bench.scratch.path
        try bench.scratch.shell("echo 1 > tree/a")
        let report = try await bench.runAndRestore(
            #"{"repository":"\#(path)/repo","sources":{"data":"\#(path)/tree","gone":"\#(path)/none"}}"#, outcome: .warning)
        #expect(
            report.summary.hasSuffix(
                "; 1 warning, the first: the source gone is not stored: cannot find \(path)/none: No such file or directory"))
        #expect(
            try bench.scratch.shell("cat out/data/a; grep -o '\"outcome\":\"[a-z]*\"' repo/set-nightly/data/c-*/*.json")
                == "1\n\"outcome\":\"warning\"\n")
    }

    struct Refusal: Sendable {
        let prepare: String
        let settings: String
        let failure: JobFailure
    }

    @Test(
        "a run that cannot make a point says why, and how to mend it",
        arguments: [
            Refusal(
                prepare: "true", settings: #"{"repository":"PATH/repo","sources":{"a":"PATH/none"}}"#,
                failure: JobFailure(
                    "there is nothing to store: the source a is not stored: cannot find PATH/none: No such file or directory",
                    in: "sources",
                    fix: "correct the paths below with.sources, or mount what they lie on", retry: .cannotHelp)),
            Refusal(
                prepare: "true", settings: #"{"repository":"PATH/none/repo","sources":{"a":"PATH/tree"}}"#,
                failure: JobFailure(
                    "the folder that is to hold the repository PATH/none/repo does not exist", in: "repository",
                    fix: "make it, or mount the disk that it lies on; only the last folder of the path is made by itself", retry: .mayHelp)),
            Refusal(
                prepare: "mkdir -p repo/tmp; touch repo/tmp/precious", settings: #"{"repository":"PATH/repo","sources":{"a":"PATH/tree"}}"#,
                failure: JobFailure(
                    "PATH/repo is neither empty nor a repository: it has no repo.json", in: "repository",
                    fix: "name an empty folder, or one that does not exist yet", retry: .cannotHelp)),
            Refusal(
                prepare: #"mkdir repo; echo '{"format":2,"id":"x","created":"2027-01-01T00:00:00.000Z"}' > repo/repo.json"#,
                settings: #"{"repository":"PATH/repo","sources":{"a":"PATH/tree"}}"#,
                failure: JobFailure(
                    "PATH/repo has format 2, this program writes format 1", in: "repository",
                    fix: "use the release that made it, or name another folder", retry: .cannotHelp)),
            Refusal(
                prepare: "mkdir -p repo/inside", settings: #"{"repository":"PATH/repo","sources":{"a":"PATH/repo/inside"}}"#,
                failure: JobFailure(
                    "the source a (PATH/repo/inside) lies in the repository PATH/repo", in: "sources",
                    fix: "name a folder outside of the repository", retry: .cannotHelp)),
        ])
    func refuses(_ row: Refusal) async throws {
        try bench.scratch.shell(row.prepare)
        let before = try bench.scratch.shell("find . | sort")
        let path = bench.scratch.path
        let result = try await bench.run(row.settings.replacingOccurrences(of: "PATH", with: path))
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        #expect("\(failure)" == "\(row.failure)".replacingOccurrences(of: "PATH", with: path))
        #expect(failure.retry == row.failure.retry)
        #expect(try bench.scratch.shell("find . | sort") == before)
    }

    @Test func aRepositoryInsideASourceDoesNotStoreItself() async throws {
        let path = bench.scratch.path
        try bench.scratch.shell("echo 1 > tree/a")
        let settings = #"{"repository":"\#(path)/tree/repo","sources":{"data":"\#(path)/tree"}}"#
        _ = try await bench.run(settings).get()
        #expect(try bench.scratch.shell("tar --zstd -tf tree/repo/set-nightly/data/c-*/0000.tar.zst") == "data/\ndata/a\n")
        #expect(bench.log(.info).contains("left out data/repo: the repository itself"))
    }

    @Test func aDryRunWritesNothingAndReportsWhatItWouldStore() async throws {
        try bench.scratch.shell(
            "echo 12345 > tree/a; touch tree/b.tmp; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"tree/s\")'")
        let before = try bench.scratch.shell("find . -printf '%P %T@ %C@\\n' | sort")
        let report = try await bench.run(bench.settings(#""exclude":["*.tmp"]"#), dryRun: true).get()
        #expect(
            report.summary == "dry run: a full point of set nightly would store 1 file, 6 B, and leave out 2 entries; nothing was written")
        #expect(bench.log(.info) == ["would leave out data/b.tmp: excluded", "would leave out data/s: socket"])
        #expect(try bench.scratch.shell("find . -printf '%P %T@ %C@\\n' | sort") == before)
    }

    @Test func settingsThatLeaveOutAreObeyedAndLargeFilesNamed() async throws {
        try bench.scratch.shell(
            "cd tree; mkdir cache; echo x > cache/y; echo x > a.tmp; echo x > keep.tmp; head -c 5000 /dev/zero > large; echo x > a")
        let report = try await bench.runAndRestore(bench.settings(#""exclude":["*.tmp","!keep.tmp","cache/"],"larger_than":"4K""#))
        #expect(try bench.scratch.shell("cd out; find . -type f | sort") == "./data/a\n./data/keep.tmp\n")
        #expect(report.numbers["excluded"] == 3)
        #expect(bench.log(.info).contains("left out data/large: larger than larger_than"))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to become another user"))
    func aFileThatMayNotBeReadIsNamedAndTheRestIsStored() async throws {
        try bench.scratch.shell(
            "chmod 755 .; mkdir own tree/locked; echo 1 > tree/a; echo 2 > tree/b; echo 3 > tree/locked/c; chmod 600 tree/a; chmod 700 tree/locked; chown 65534 own"
        )
        let path = bench.scratch.path
        let driver = try DriverProcess(
            bench.request(#"{"repository":"\#(path)/own/repo","sources":{"data":"\#(path)/tree"}}"#),
            through: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
        let (last, status) = try driver.finish()
        #expect(status == 3)
        #expect(last.hasSuffix("; 2 warnings, the first: cannot open data/a: Permission denied"), "\(last)")
        let archive = try bench.scratch.shell("tar --zstd -tf own/repo/set-nightly/data/c-*/0000.tar.zst")
        #expect(archive == "data/\ndata/b\ndata/locked/\n")
        let manifest = try bench.scratch.shell(
            "zstd -dc own/repo/set-nightly/data/c-*/0000.manifest.zst | grep unreadable | grep -o '\"path\":[^,]*\\|\"errno\":.*'")
        #expect(manifest == "\"path\":\"data/a\"\n\"errno\":13}\n\"path\":\"data/locked\"\n\"errno\":13}\n")
    }

    @Test func aStoppedRunGivesBackAllItWrote() async throws {
        try bench.scratch.shell("echo 1 > tree/a")
        _ = try await bench.run().get()
        let before = try bench.repositoryNames()
        let (reached, signal) = AsyncStream.makeStream(of: Void.self)
        let cancelled = DispatchSemaphore(value: 0)
        let task = Task { [bench] in
            try await bench.run { step in
                guard step == .archiveFinished else { return }
                signal.yield()
                cancelled.wait()
            }
        }
        for await _ in reached { break }
        task.cancel()
        cancelled.signal()
        let result = try await task.value
        #expect {
            try result.get()
        } throws: {
            "\($0)" == "backup: stopped before the point was complete; all that was written is removed; fix: start the job again"
        }
        #expect(try bench.repositoryNames() == before)
    }

    struct FindingRow: Sendable {
        let settings: String
        let problems: [String]
    }

    @Test(
        "settings that cannot be meant are found before a run",
        arguments: [
            FindingRow(settings: #"{"repository":"/r","sources":{"a":"/a"}}"#, problems: []),
            FindingRow(settings: #"{}"#, problems: ["with lacks repository", "with lacks sources"]),
            FindingRow(settings: #"{"repository":"/r","sources":{}}"#, problems: ["with.sources names nothing to store"]),
            FindingRow(
                settings: #"{"repository":"/r","sources":{"../a":"/a"}}"#,
                problems: [#"with.sources has the name "../a", which cannot be a folder in the archive"#]),
            FindingRow(
                settings: #"{"repository":"/r","sources":{"a":"/a"},"set":"My.Set"}"#,
                problems: [#"with.set must be lower-case letters, digits, _ and -, not "My.Set""#]),
            FindingRow(
                settings: #"{"repository":"/r","sources":{"a":"/a"},"exclude":["x","/"]}"#,
                problems: ["with.exclude: pattern 2 names nothing; write a name such as *.tmp, or take the line out"]),
            FindingRow(
                settings: #"{"repository":"/r","sources":{"a":"/a"},"type":"partial"}"#,
                problems: ["with.type must be one of full, incremental, synthetic, config_only, drill, not partial"]),
            FindingRow(
                settings: #"{"repository":"/r","sources":{"a":"/a"},"compression_level":20}"#,
                problems: ["with.compression_level must be a whole number from 1 to 19, not 20"]),
        ])
    func finds(_ row: FindingRow) throws {
        #expect(try Bench.read(row.settings).1.map(\.problem) == row.problems)
    }
}
