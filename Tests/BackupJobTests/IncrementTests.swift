import Foundation
import JobKit
import Testing

/// Points that hold what has changed since the one before.
@Suite struct IncrementTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func settings(_ type: String, _ more: String = "") -> String {
        bench.settings(#""type":"\#(type)","set":"nightly""# + (more.isEmpty ? "" : "," + more))
    }

    /// Runs an incremental backup at a time that is `later` by so many seconds.
    private func increment(later: TimeInterval, _ more: String = "") async throws -> JobReport {
        try await bench.run(settings("incremental", more), later: later).get()
    }

    /// The newest point's record.
    private func record() throws -> [String: Any] {
        let text = try bench.scratch.shell("cat \(bench.newest).point.json", in: "repo")
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The newest point's members, by tar.
    private func members() throws -> [String] {
        try bench.scratch.shell("tar --zstd -tf \(bench.newest).tar.zst", in: "repo").split(separator: "\n").map(String.init)
    }

    /// More of them where somebody asks for that.
    private static let seeds: ClosedRange<UInt64> = 1...(ProcessInfo.processInfo.environment["CHAINS"].flatMap { UInt64($0) } ?? 4)

    @Test("every point of a chain is restored by the text in the repository as it was", arguments: seeds)
    func chainsAreRestored(seed: UInt64) async throws {
        let mutator = TreeMutator(scratch: bench.scratch, seed: seed)
        for step in 0..<10 {
            try mutator.mutate("tree", step: step, changes: step == 0 ? 60 : 12)
            try bench.scratch.shell("cp -a tree kept\(step); ls -d kept\(step)")
            let report = try await increment(later: Double(step) * 60)
            #expect(report.outcome == .succeeded, "\(report.summary)")
            try bench.pasteRestoreText(into: "restored\(step)")
            let restored = try bench.listing(of: "restored\(step)/data").split(separator: "\n")
            let kept = try bench.listing(of: "kept\(step)").split(separator: "\n")
            #expect(restored.difference(from: kept).isEmpty, "seed \(seed), step \(step): \(restored.difference(from: kept))")
        }
        #expect(try bench.scratch.shell("ls -d repo/set-nightly/data/c-* | wc -l") == "1\n")
    }

    @Test func whatHasNotChangedMakesAPointWithoutAnArchive() async throws {
        try bench.scratch.shell("echo a > tree/a; mkdir tree/d; ln tree/a tree/d/hard")
        try bench.scratch.shell("sqlite3 tree/base.db 'create table t(x); insert into t values(1)'")
        let first = try await increment(later: 10)
        #expect(first.summary.contains("full, since the set has no point yet"), "\(first.summary)")
        let second = try await increment(later: 20)
        #expect(second.summary.contains("nothing has changed, 2 files, "), "\(second.summary)")
        #expect(second.outcome == .succeeded)
        let names = try bench.scratch.shell("ls repo/set-nightly/data/c-*").split(separator: "\n")
        #expect(names == ["0000.manifest.zst", "0000.point.json", "0000.tar.zst", "0001.point.json"])
        #expect(try record()["archive"] == nil)
        try bench.scratch.shell("echo b > tree/b")
        let third = try await increment(later: 30)
        #expect(third.summary.contains("1 changed file, 2 B"), "\(third.summary)")
        #expect(try members() == ["data/", "data/b"])
        #expect(try bench.scratch.shell("sha256sum --quiet -c --strict checksums; ls tmp", in: "repo") == "")
    }

    @Test func onlyWhatHasChangedIsStoredAndWhatIsGoneIsNamed() async throws {
        try bench.scratch.shell("mkdir -p tree/keep tree/d/deep; echo 1 > tree/keep/x; echo 2 > tree/d/deep/y")
        try bench.scratch.shell("echo 3 > tree/c; echo 4 > tree/t")
        _ = try await increment(later: 10)
        try bench.scratch.shell("rm -r tree/d; echo 33 > tree/keep/x; rm tree/t; mkdir tree/t")
        let report = try await increment(later: 20)
        #expect(report.numbers["removed"] == 1)
        #expect(try members() == ["data/", "data/keep/", "data/keep/x", "data/t/", ".acore/removed.nul"])
        let gone = try bench.scratch.shell(#"tar --zstd -xOf \#(bench.newest).tar.zst .acore/removed.nul | tr '\0' '\n'"#, in: "repo")
        #expect(gone == "./data/d\n./data/t\n")
    }

    private struct Obstacle: CustomTestStringConvertible {
        var damage = "true"
        var more = ""
        let reason: String
        var testDescription: String { reason }
    }

    @Test(
        "an increment that is not possible becomes a full point and says why",
        arguments: [
            Obstacle(more: #""exclude":["x"]"#, reason: "sources or options have changed since the newest point"),
            Obstacle(damage: "rm $CHAIN/0000.tar.zst", reason: "0000.tar.zst cannot be used: No such file or directory"),
            Obstacle(damage: "truncate -s 9 $CHAIN/0000.tar.zst", reason: "0000.tar.zst cannot be used: it has 9 bytes instead of"),
            Obstacle(
                damage: "printf x | dd of=$CHAIN/0000.manifest.zst bs=1 seek=20 conv=notrunc status=none",
                reason: "0000.manifest.zst cannot be used: its checksum is not that of its record"),
            Obstacle(more: #""chain_length":1"#, reason: "the newest chain has 1 points"),
        ])
    private func fallsBack(obstacle: Obstacle) async throws {
        try bench.scratch.shell("echo a > tree/a; echo x > tree/x")
        _ = try await increment(later: 10)
        try bench.scratch.shell("CHAIN=$(ls -d repo/set-nightly/data/c-*); " + obstacle.damage)
        let report = try await increment(later: 20, obstacle.more)
        #expect(report.summary.contains(obstacle.reason), "\(report.summary)")
        #expect(report.summary.contains("full point") && report.outcome == .succeeded)
        #expect(try record()["sequence"] as? Int == 0)
        #expect((try record()["reason"] as? String)?.contains(obstacle.reason) == true)
    }

    @Test func aClockThatWasSetBackBeginsANewChainAndTheNewestPointIsStillTheNewest() async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 86_400)
        try bench.scratch.shell("echo b > tree/a")
        let report = try await increment(later: 0)
        #expect(report.summary.contains("the clock stands before the newest point"), "\(report.summary)")
        #expect(try record()["counter"] as? Int == 2)
    }

    @Test func aLiveDatabaseIsStoredAgainOnlyWhenItsContentHasChanged() async throws {
        try bench.scratch.shell("sqlite3 tree/live.db 'pragma journal_mode=wal; create table t(x); insert into t values(1)'")
        let writer = try DatabaseHolder(path: bench.scratch.path + "/tree/live.db")
        defer { writer.close() }
        writer.execute("insert into t values(2)")
        _ = try await increment(later: 10)
        #expect(try await increment(later: 20).summary.contains("nothing has changed"))
        writer.execute("insert into t values(3)")
        _ = try await increment(later: 30)
        #expect(try members().contains("data/live.db"))
        try bench.pasteRestoreText(into: "out")
        #expect(try bench.scratch.shell("sqlite3 out/data/live.db 'select count(*) from t'") == "3\n")
    }

    @Test func aFileThatCannotBeReadKeepsItsLastGoodCopy() async throws {
        try bench.scratch.shell("mkdir tree/d; echo good > tree/d/a; echo b > tree/b")
        _ = try await increment(later: 10)
        // The source as a whole is away: all of it stays.
        try bench.scratch.shell("mv tree away; mkdir other; echo o > other/o")
        let path = bench.scratch.path
        let sources = #"{"data":"\#(path)/tree","other":"\#(path)/other"}"#
        let two = #"{"repository":"\#(path)/repo","type":"incremental","set":"nightly","sources":\#(sources)}"#
        let full = try await bench.run(two, later: 20).get()
        #expect(full.outcome == .warning && full.summary.contains("full, since sources or options have changed"), "\(full.summary)")
        try bench.scratch.shell("mv away tree")
        _ = try await bench.run(two, later: 30).get()
        try bench.scratch.shell("mv tree away")
        let report = try await bench.run(two, later: 40).get()
        #expect(report.outcome == .warning)
        #expect(try bench.manifest.contains(#""path":"data/d/a""#), "\(report.summary)")
        try bench.pasteRestoreText(into: "out")
        #expect(try bench.scratch.shell("cat out/data/d/a out/data/b out/other/o") == "good\nb\no\n")
    }

    @Test func aFileWhoseContentChangedByItselfIsAnAlarmAndTheOlderCopyIsKept() async throws {
        try bench.scratch.shell("echo sound > tree/a")
        _ = try await increment(later: 60, #""reread_after":1"#)
        // What a failing disk does: other content under the same status. The manifest is told another content instead.
        let record = try bench.scratch.shell("ls repo/set-nightly/data/c-*/0000.point.json").trimmingCharacters(in: .newlines)
        let script = """
            import hashlib, json, subprocess, sys
            record = sys.argv[1]; manifest = record.replace('point.json', 'manifest.zst')
            text = subprocess.run(['zstd', '-dc', manifest], capture_output=True, check=True).stdout.decode()
            good = hashlib.sha256(b'sound\\n').hexdigest()
            assert good in text
            data = subprocess.run(['zstd', '-c'], input=text.replace(good, 'a' * 64).encode(), capture_output=True, check=True).stdout
            open(manifest, 'wb').write(data)
            told = json.load(open(record)); told['manifest'].update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
            json.dump(told, open(record, 'w'))
            """
        try script.write(toFile: bench.scratch.path + "/rot.py", atomically: true, encoding: .utf8)
        try bench.scratch.shell("python3 rot.py \(record)")
        let report = try await increment(later: 120, #""reread_after":1"#)
        #expect(report.outcome == .warning)
        let alarm = "data/a has other content than before, though nothing says that it was changed"
        #expect(bench.log(.warning).contains { $0.hasPrefix(alarm) })
        #expect(try bench.manifest.contains(#""state":"unchanged""#))
    }

    @Test func settingsAloneAreKeptApart() async throws {
        let path = bench.scratch.path
        try bench.scratch.shell("echo a > tree/a; mkdir conf; echo c > conf/c")
        let sources = #"{"data":"\#(path)/tree","config":"\#(path)/conf"}"#
        let both = #"{"repository":"\#(path)/repo","set":"nightly","sources":\#(sources),"type":"#
        _ = try await bench.run(both + #""full"}"#, later: 10).get()
        let config = try await bench.run(both + #""config_only"}"#, later: 20).get()
        #expect(config.summary.hasPrefix("config_only point "), "\(config.summary)")
        let names = try bench.scratch.shell("cd repo/set-nightly; ls -d */*")
        #expect(names.split(separator: "\n").count { $0.hasPrefix("config/c-") } == 1)
        #expect(try bench.scratch.shell("tar --zstd -tf repo/set-nightly/config/c-*/0000.tar.zst") == "config/\nconfig/c\n")
        // The next increment builds on the data, as if there were no other point.
        _ = try await bench.run(both + #""incremental"}"#, later: 30).get()
        #expect(try record()["sequence"] as? Int == 1)
        #expect(try bench.scratch.shell("sha256sum --quiet -c --strict checksums", in: "repo") == "")
    }

    @Test func aWeeklyFullAndADailyIncrementOverThirtyDaysGiveFiveChains() async throws {
        for day in 0..<30 {
            try bench.scratch.shell("echo \(day) > tree/day; echo \(day) > tree/\(day)")
            let type = day % 7 == 0 ? "full" : "incremental"
            let report = try await bench.run(settings(type), later: Double(day) * 86_400).get()
            #expect(report.summary.hasPrefix("\(type) point "), "\(report.summary)")
        }
        #expect(try bench.scratch.shell("for c in repo/set-nightly/data/c-*; do ls $c/*.point.json | wc -l; done") == "7\n7\n7\n7\n2\n")
        #expect(try record()["counter"] as? Int == 30)
    }
}
