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

    @Test("every point of a chain is restored as it was, by the text in the repository and by us", arguments: seeds)
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
            let ours = bench.scratch.path + "/ours\(step)"
            #expect(try await bench.verb("restore", ["latest", "--to", ours]).0.get().outcome == .succeeded)
            let own = try bench.listing(of: "ours\(step)/data").split(separator: "\n")
            #expect(own.difference(from: kept).isEmpty, "seed \(seed), step \(step): \(own.difference(from: kept))")
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
        try bench.rewriteManifest("text = text.replace(hashlib.sha256(b'sound\\n').hexdigest().encode(), b'a' * 64)")
        let report = try await increment(later: 120, #""reread_after":1"#)
        #expect(report.outcome == .warning)
        let alarm = "data/a has other content than before, though nothing says that it was changed"
        #expect(bench.log(.warning).contains { $0.hasPrefix(alarm) })
        #expect(try line(of: "data/a").contains(#""state":"unchanged""#))
        try bench.pasteRestoreText(into: "out")
        #expect(try bench.scratch.shell("cat out/data/a") == "sound\n")
    }

    /// What the newest manifest says of a path.
    private func line(of path: String) throws -> String {
        try #require(try bench.manifest.split(separator: "\n").map(String.init).first { $0.contains(#""path":"\#(path)""#) })
    }

    @Test func anOlderLogIsNeverLeftBesideAConsistentCopy() async throws {
        try bench.scratch.shell(
            """
            sqlite3 base.db 'pragma journal_mode=wal; create table t(x); insert into t values(1),(2)'
            cp base.db tree/app.db; head -c 5000 /dev/urandom > tree/app.db-wal
            printf 'SQLite format 3' | dd of=tree/app.db conv=notrunc status=none
            printf broken | dd of=tree/app.db bs=1 seek=100 conv=notrunc status=none
            """)
        let first = try await increment(later: 10)
        #expect(first.outcome == .warning, "\(first.summary)")
        #expect(try line(of: "data/app.db").contains(#""state":"raw""#))
        // Nothing changes: it is tried again, and named again.
        let second = try await increment(later: 20)
        #expect(second.outcome == .warning && second.numbers["removed"] == 0, "\(second.summary)")
        try bench.pasteRestoreText(into: "raw")
        #expect(try bench.scratch.shell("cmp tree/app.db raw/data/app.db; cmp tree/app.db-wal raw/data/app.db-wal; echo same") == "same\n")
        try bench.scratch.shell("cat base.db > tree/app.db")
        let third = try await increment(later: 30)
        #expect(third.outcome == .succeeded && third.numbers["databases"] == 1, "\(third.summary)")
        try bench.pasteRestoreText(into: "out")
        #expect(try bench.scratch.shell("ls out/data; sqlite3 out/data/app.db 'select count(*) from t'") == "app.db\n2\n")
    }

    @Test func anOwnerOrAnAttributeChangedWithinTheSameInstantIsNoticed() async throws {
        try bench.scratch.shell("echo a > tree/a; echo b > tree/b; sqlite3 tree/c.db 'create table t(x)'")
        _ = try await increment(later: 0)
        // What the kernel's clock would hide: the list says that both stamps are as they are now.
        try bench.scratch.shell("setfattr -n user.k -v v tree/a; setfattr -n user.k -v v tree/c.db; chown games tree/b || chmod 600 tree/b")
        try bench.rewriteManifest(
            """
            for name in (b'a', b'b', b'c.db'):
                status = os.stat(b'tree/' + name)
                text = re.sub(rb'("path":"data/' + name + rb'".*?"ctime":)\\[[^]]*\\]', rb'\\g<1>[%d,%d]' % divmod(status.st_ctime_ns, 10**9), text)
            """)
        let report = try await increment(later: 10)
        #expect(report.numbers["stored_files"] == 3, "\(report.summary)")
    }

    @Test(
        "a manifest that no run wrote is refused",
        arguments: [
            "text = text.replace(b'data/a', b'data/../../etc')", "text = text.replace(b'data/a', b'/data')",
            "text = re.sub(rb'\"size\":[0-9]+', b'\"size\":9223372036854775807', text)",
            "text = text.replace(b'\"offset\":', b'\"offset\":-')",
            "text = text.replace(b'\"type\":\"regular\"', b'\"type\":\"door\"')", "text = text[:-20]",
            "text = text.replace(b'\"mode\":\"', b'\"mode\":\"9')",
        ])
    func isRefused(change: String) async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 10)
        try bench.rewriteManifest(change)
        let report = try await increment(later: 20)
        #expect(report.summary.contains("0000.manifest.zst cannot be used: "), "\(report.summary)")
        #expect(try record()["sequence"] as? Int == 0)
        let restore = try await bench.verb("restore", [try oldest(), "--to", bench.scratch.path + "/out"])
        #expect(throws: JobFailure.self) { try restore.0.get() }
        #expect(try bench.scratch.run("test -e out").status == 1)
    }

    private func oldest() throws -> String {
        try bench.scratch.shell("ls repo/set-nightly/data | head -n 1 | cut -c 3-").trimmingCharacters(in: .newlines)
    }

    @Test(
        "a damaged record costs its own chain only",
        arguments: [
            "echo '{' > $R", ": > $R", "sed -i 's/\"counter\":1/\"counter\":9223372036854775807/' $R",
            "sed -i 's/\"size\":[0-9]*/\"size\":9223372036854775807/' $R", "sed -i 's/\"sequence\":0/\"sequence\":7/' $R",
        ])
    func recordIsDamaged(damage: String) async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 10)
        try bench.scratch.shell("R=$(ls repo/set-nightly/data/c-*/0000.point.json); " + damage)
        let names = try bench.scratch.shell("ls repo/set-nightly/data/c-*")
        let report = try await increment(later: 20)
        #expect(report.outcome == .succeeded && report.summary.contains("full point"), "\(report.summary)")
        #expect(bench.log(.warning).contains { $0.contains("0000.point.json cannot be read") })
        #expect(try bench.scratch.shell("ls repo/set-nightly/data/c-\(try oldest())") == names)
        #expect(try await increment(later: 30).summary.hasPrefix("incremental point "))
        // The list keeps what it knew of the damaged one, and so names it.
        let check = try bench.scratch.run("cd '\(bench.scratch.path)/repo'; sha256sum --quiet -c --strict checksums 2>/dev/null")
        #expect(check.text.hasSuffix("/0000.point.json: FAILED\n") && check.text.split(separator: "\n").count == 1, "\(check.text)")
    }

    @Test func filesWhoseRecordIsLostAreNobodysToRemove() async throws {
        for step in 0..<3 {
            try bench.scratch.shell("echo \(step) > tree/a")
            _ = try await increment(later: Double(step) * 60)
        }
        try bench.scratch.shell("rm repo/set-nightly/data/c-*/0001.point.json")
        let report = try await increment(later: 600)
        #expect(report.summary.contains("a record of the newest chain is damaged or missing"), "\(report.summary)")
        #expect(try bench.scratch.shell("ls repo/set-nightly/data/c-\(try oldest()) | grep -c 0001") == "2\n")
    }
}
