import Foundation
import JobKit
import Testing

/// Full points made of archives alone.
@Suite struct SyntheticTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private var path: String { bench.scratch.path }

    private func run(_ type: String, later: TimeInterval, _ more: String = "") async throws -> JobReport {
        try await bench.run(bench.settings(#""type":"\#(type)","set":"nightly""# + (more.isEmpty ? "" : "," + more)), later: later).get()
    }

    /// Makes a synthetic full point while the tree is not there.
    @discardableResult
    private func synthetic(later: TimeInterval, _ more: String = "") async throws -> JobReport {
        try bench.scratch.shell("mv tree hidden")
        let report = try await run("synthetic", later: later, more)
        try bench.scratch.shell("mv hidden tree")
        #expect(report.summary.hasPrefix("synthetic full point"), "\(report.summary)")
        return report
    }

    /// Restores the newest point by the text in the repository and by us, and compares both with what was kept.
    private func compare(with kept: String, _ comment: Comment) async throws {
        let wanted = try bench.listing(of: kept).split(separator: "\n")
        try bench.pasteRestoreText(into: "restored")
        let restored = try bench.listing(of: "restored/data").split(separator: "\n")
        #expect(restored.difference(from: wanted).isEmpty, "\(comment), by the text: \(restored.difference(from: wanted))")
        #expect(try await bench.verb("restore", ["latest", "--to", "\(path)/ours"]).0.get().outcome == .succeeded)
        let own = try bench.listing(of: "ours/data").split(separator: "\n")
        #expect(own.difference(from: wanted).isEmpty, "\(comment), by us: \(own.difference(from: wanted))")
        try bench.scratch.shell("rm -rf restored restored-program ours")
    }

    /// The newest archive, unpacked, is byte for byte what a run makes that reads the tree.
    private func isTheStreamOfAFullPoint(later: TimeInterval) async throws {
        let stream = "zstd -dc \(bench.newest).tar.zst | sha256sum"
        let synthetic = try bench.scratch.shell(stream, in: "repo")
        _ = try await run("full", later: later)
        #expect(try bench.scratch.shell(stream, in: "repo") == synthetic)
        // What follows builds on the synthetic one.
        try bench.scratch.shell(
            "cd repo/set-nightly/data; rm -r $(dirname $(readlink latest)); ln -sfn $(ls -d c-* | tail -n 1)/0000.point.json latest")
    }

    /// The newest point's record.
    private func record() throws -> [String: Any] {
        let text = try bench.scratch.shell("cat \(bench.newest).point.json", in: "repo")
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// The id of the newest point.
    private func newestID() async throws -> String {
        let told =
            try await JSONSerialization.jsonObject(with: Data(#require(bench.verb("list", ["--json"]).1.last).utf8)) as? [String: Any]
        return try #require(told?["point"] as? String)
    }

    /// More of them where somebody asks for that.
    private static let seeds: ClosedRange<UInt64> = 1...(ProcessInfo.processInfo.environment["CHAINS"].flatMap { UInt64($0) } ?? 3)

    @Test("a chain becomes a full point with the same tree, and the next increments build on it", arguments: seeds)
    func chainsAreMadeAnew(seed: UInt64) async throws {
        let mutator = TreeMutator(scratch: bench.scratch, seed: 7000 + seed)
        var step = 0
        for round in 0..<2 {
            for _ in 0..<4 {
                try mutator.mutate("tree", step: step, changes: step == 0 ? 60 : 12)
                _ = try await run("incremental", later: Double(step) * 60)
                step += 1
            }
            try bench.scratch.shell("rm -rf kept; cp -a tree kept")
            let before = try await newestID()
            let report = try await synthetic(later: Double(step) * 60)
            step += 1
            #expect(report.outcome == .succeeded, "\(report.summary)")
            #expect(try record()["sequence"] as? Int == 0)
            #expect(try record()["type"] as? String == "full")
            #expect(try record()["syntheticOf"] as? String == before)
            try await compare(with: "kept", "seed \(seed), round \(round)")
            #expect(try await bench.verb("diff", [before, "latest"]).1 == [])
            try await isTheStreamOfAFullPoint(later: Double(step) * 60)
            step += 1
            #expect(try await bench.verb("verify", []).0.get().outcome == .succeeded)
            try mutator.mutate("tree", step: step, changes: 12)
            let next = try await run("incremental", later: Double(step) * 60)
            step += 1
            #expect(next.summary.hasPrefix("incremental point"), "\(next.summary)")
            try bench.scratch.shell("rm -rf kept; cp -a tree kept")
            try await compare(with: "kept", "seed \(seed), round \(round), the increment on it")
        }
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums", in: "repo")
    }

    @Test func patchesBecomeContentHolesStayAndTheNextPatchFits() async throws {
        try bench.scratch.shell(
            """
            head -c 42000001 /dev/urandom > tree/big; truncate -s 60M tree/holes tree/empty
            printf x | dd of=tree/holes seek=30M bs=1 conv=notrunc status=none
            """)
        _ = try await run("incremental", later: 0)
        for number in 1...3 {
            try bench.scratch.shell(
                """
                printf CHANGED | dd of=tree/big bs=1 seek=\(number)5000000 conv=notrunc status=none
                printf Y | dd of=tree/holes bs=1 seek=\(number * 9)M conv=notrunc status=none
                """)
            _ = try await run("incremental", later: Double(number) * 60)
        }
        let report = try await synthetic(later: 300)
        #expect(report.outcome == .succeeded)
        try await compare(with: "tree", "patches")
        try bench.pasteRestoreText(into: "out")
        let blocks = try bench.scratch.shell("stat -c %b out/data/holes out/data/empty").split(separator: "\n").compactMap { Int($0) }
        #expect(blocks[0] < 20_000 && blocks[1] == 0, "\(blocks)")
        #expect(try bench.scratch.shell("zstd -dc \(bench.newest).tar.zst | tar -t | grep -c acore || true", in: "repo") == "0\n")
        try bench.scratch.shell("printf AGAIN | dd of=tree/big bs=1 seek=9000000 conv=notrunc status=none")
        let next = try await run("incremental", later: 360)
        #expect(next.numbers["archive_bytes"].map { $0 < 3e6 } == true, "\(next.summary)")
        try await compare(with: "tree", "a patch on it")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to make devices"))
    func devicesCapabilitiesAndManyAttributesComeFromTheArchives() async throws {
        try bench.scratch.shell(
            """
            mkdir tree/d; mknod tree/d/null c 1 3; mknod -m 640 tree/d/disk b 7 300; mkfifo tree/d/pipe; ln -s nowhere tree/d/link
            echo tool > tree/tool; setcap cap_net_raw+ep tree/tool; chmod 4755 tree/d; ln tree/tool tree/d/tool
            for N in a b c d; do setfattr -n user.$N -v value-of-$N tree/tool; setfattr -n user.$N -v $N tree/d; done
            chown -h 3000000:7 tree/d/link tree/d/null; touch -h -d '1969-12-31 12:00:00.25' tree/d/link
            """)
        _ = try await run("incremental", later: 10)
        try bench.scratch.shell("echo other > tree/other; setfacl -d -m u:7:rx tree/d")
        _ = try await run("incremental", later: 70)
        #expect(try await synthetic(later: 80).outcome == .succeeded)
        try await compare(with: "tree", "devices")
        try bench.pasteRestoreText(into: "out")
        #expect(
            try bench.scratch.shell("stat -c '%t %T' out/data/d/null out/data/d/disk; getcap out/data/tool")
                == "1 3\n7 12c\nout/data/tool cap_net_raw=ep\n")
    }

    /// A change within the instant of the first look, which no time tells of, is found on the new chain as it would be on the old one.
    @Test func whatOneLookCannotTellIsStillReadOnTheNewChain() async throws {
        try bench.scratch.shell("echo sound > tree/a")
        _ = try await run("full", later: 0)
        let before = try record()["started"] as? String
        try await synthetic(later: 600)
        #expect(try record()["started"] as? String == before)
        try bench.scratch.shell("rm -r repo/set-nightly/data/$(ls repo/set-nightly/data | head -n 1)")
        try bench.rewriteManifest("text = text.replace(hashlib.sha256(b'sound\\n').hexdigest().encode(), b'a' * 64)")
        let report = try await run("incremental", later: 1200, #""reread_after":0"#)
        #expect(report.numbers["stored_files"] == 1 && report.outcome == .succeeded, "\(report.summary)")
    }

    @Test func whatThePointDoesNotHoldAsItWasStaysDoubtful() async throws {
        try bench.scratch.shell("mkdir tree/d; echo good > tree/d/a; echo b > tree/b")
        let sources = #"{"data":"\#(path)/tree","other":"\#(path)/other"}"#
        func settings(_ type: String) -> String { #"{"repository":"\#(path)/repo","type":"\#(type)","sources":\#(sources)}"# }
        try bench.scratch.shell("mkdir other; echo o > other/o")
        _ = try await bench.run(settings("incremental"), later: 10).get()
        try bench.scratch.shell("mv tree away")
        let before = try await bench.run(settings("incremental"), later: 20).get()
        #expect(before.outcome == .warning)
        let report = try await bench.run(settings("synthetic"), later: 30).get()
        #expect(report.outcome == .warning && report.numbers["warnings"] == before.numbers["warnings"].map { _ in 4 }, "\(report.summary)")
        #expect(
            bench.log(.warning).contains(
                "data/d/a could not be read when the point was made (No such file or directory); this is an older copy"))
        #expect(try record()["outcome"] as? String == "warning")
        try bench.pasteRestoreText(into: "out")
        #expect(try bench.scratch.shell("cat out/data/d/a out/data/b out/other/o") == "good\nb\no\n")
        try bench.scratch.shell("mv away tree")
        let next = try await bench.run(settings("incremental"), later: 40).get()
        #expect(next.summary.hasPrefix("incremental point") && next.outcome == .succeeded, "\(next.summary)")
        #expect(next.numbers["stored_files"] == 2, "\(next.summary)")
    }

    @Test func aPointWithoutAnArchiveIsAsGoodAsAnyOther() async throws {
        try bench.scratch.shell("echo a > tree/a; ln tree/a tree/hard; sqlite3 tree/base.db 'create table t(x); insert into t values(1)'")
        _ = try await run("incremental", later: 10)
        // The list that it shares with the point before was made then, and so was the look at the tree that it tells of.
        let looked = #/"started":"[^"]*"/#
        let first = try #require(try bench.manifest.firstMatch(of: looked)).output
        #expect(try await run("incremental", later: 20).summary.contains("nothing has changed"))
        let report = try await synthetic(later: 30)
        #expect(try bench.manifest.firstMatch(of: looked)?.output == first)
        #expect(report.numbers["databases"] == 1 && report.numbers["files"] == 2, "\(report.summary)")
        // The folder itself was moved away and back.
        #expect(try await run("incremental", later: 40).numbers["stored_files"] == 0)
        try bench.pasteRestoreText(into: "out")
        #expect(try bench.scratch.shell("sqlite3 out/data/base.db 'select x from t'; stat -c %h out/data/a") == "1\n2\n")
        let names = try bench.scratch.shell("ls repo/set-nightly/data/c-*/ | grep -c point.json")
        #expect(names == "4\n")
    }

    @Test func pointsOfSettingsAndTheRepositoryStayAsTheyAreInADryRun() async throws {
        try bench.scratch.shell("echo a > tree/a")
        let settings = bench.settings(#""set":"nightly","config_sources":["data"]"#)
        _ = try await bench.run(settings, later: 10).get()
        _ = try await bench.verb("create", ["config_only"], settings: settings).0.get()
        let state = "find repo/set-nightly/config -type f | sort | xargs sha256sum; readlink repo/set-nightly/config/latest"
        let config = try bench.scratch.shell(state)
        let all = "find repo -printf '%p %T@ %s\\n' | sort"
        let before = try bench.scratch.shell(all)
        let dry = try await bench.verb("create", ["synthetic"], dryRun: true, settings: settings).0.get()
        #expect(dry.summary.hasPrefix("dry run: a synthetic full point of set nightly would be made of point "), "\(dry.summary)")
        #expect(dry.summary.hasSuffix(": 1 file, 2 B; nothing was written"))
        #expect(try bench.scratch.shell(all) == before)
        let origin = try await newestID()
        let report = try await bench.verb("create", ["synthetic"], settings: settings).0.get()
        #expect(report.summary.contains("; made of point \(origin), from archives alone"), "\(report.summary)")
        #expect(try bench.scratch.shell(state) == config)
        #expect(try await bench.verb("list", []).1[1].contains(" synthetic "))
    }

    @Test func withoutAPointThereIsNothingToMakeItOf() async throws {
        let settings = bench.settings(#""type":"synthetic","set":"nightly""#)
        let missing = try await bench.run(settings)
        let failure = try #require(throws: JobFailure.self) { try missing.get() }
        #expect(failure.problem.contains("\(path)/repo: No such file or directory"), "\(failure)")
        #expect(try bench.scratch.run("test -e repo").status == 1)
        try bench.scratch.shell("echo a > tree/a")
        _ = try await bench.run(bench.settings(#""set":"other""#)).get()
        let none = try await bench.run(settings)
        let second = try #require(throws: JobFailure.self) { try none.get() }
        #expect(second.problem == "the set nightly has no point that a synthetic full point could be made of")
        #expect(second.fix == "run a full backup first, which reads the sources")
        #expect(try bench.scratch.run("test -e repo/set-nightly").status == 1)
    }

    @Test func anEncryptedChainNeedsAKeyAndIsForTheKeysOfNow() async throws {
        let keys = try Keys(bench.scratch, "restore", "audit", "later")
        let encryption = try keys.settings(for: ["restore"], audit: ["audit"])
        try bench.scratch.shell("echo a > tree/a; head -c 5000000 /dev/urandom > tree/b")
        _ = try await run("incremental", later: 10, encryption)
        try bench.scratch.shell("echo c > tree/c; rm tree/a")
        _ = try await run("incremental", later: 70, encryption)
        let state = "find . -printf '%p %T@ %s\\n' | sort"
        let before = try bench.scratch.shell(state, in: "repo")
        for (key, reason) in [(nil, "and no secret key is named"), ("audit", "may read lists only (audit_recipients)")]
            as [(String?, String)]
        {
            let identity = key.map { ",\"identity_file\":\"\(keys.file($0))\"" } ?? ""
            let result = try await bench.run(
                bench.settings(#""type":"synthetic","set":"nightly",\#(encryption)\#(identity)"#), later: 80)
            let failure = try #require(throws: JobFailure.self) { try result.get() }
            #expect(failure.problem.hasPrefix("no synthetic full point can be made: ") && failure.problem.hasSuffix(reason), "\(failure)")
            #expect(failure.fix.contains("key"), "\(failure.fix)")
            #expect(try bench.scratch.shell(state, in: "repo") == before)
        }
        let renewed = try keys.settings(for: ["later"], audit: [])
        try await synthetic(later: 90, #"\#(renewed),"identity_file":"\#(keys.file("restore"))""#)
        try bench.pasteRestoreText(into: "out", more: ["/path/to/the/key": keys.file("later")])
        #expect(try bench.listing(of: "out/data") == bench.listing(of: "tree"))
        #expect(try await run("incremental", later: 100, renewed).numbers["stored_files"] == 0)
    }

    @Test func retentionTakesItForAnyFullPoint() async throws {
        for step in 0..<3 {
            try bench.scratch.shell("echo \(step) > tree/\(step)")
            _ = try await run("incremental", later: Double(step) * 60)
        }
        let report = try await synthetic(later: 300, #""keep":{"last":1,"minimum_good":1,"most_removed":100}"#)
        #expect(report.numbers["removed_points"] == 3, "\(report.summary)")
        #expect(try bench.scratch.shell("ls repo/set-nightly/data | grep -c c-") == "1\n")
        try await compare(with: "tree", "alone")
    }

    @Test func aChainThatIsLongEnoughIsRenewedWithoutReadingTheSources() async throws {
        try bench.scratch.shell("head -c 300000 /dev/urandom > tree/old")
        let more = #""chain_length":3,"renew":"synthetic""#
        for step in 0..<7 {
            try bench.scratch.shell("echo \(step) > tree/\(step)")
            let report = try await run("incremental", later: Double(step) * 60, more)
            #expect(report.outcome == .succeeded, "\(report.summary)")
            #expect(report.summary.hasPrefix(step == 0 ? "full point" : "incremental point"), "\(report.summary)")
            if step > 0 { #expect(report.numbers["stored_files"] == 1, "\(report.summary)") }
            try await compare(with: "tree", "step \(step)")
        }
        #expect(try bench.scratch.shell("ls -d repo/set-nightly/data/c-* | wc -l") == "3\n")
        #expect(try bench.scratch.shell("grep -l syntheticOf repo/set-nightly/data/c-*/0000.point.json | wc -l") == "2\n")
        try bench.scratch.shell(
            "echo new > tree/new; for A in repo/set-nightly/data/c-*/*.tar.zst; do printf x | dd of=$A bs=1 seek=9 conv=notrunc; done")
        let full = try await run("incremental", later: 3600, #""chain_length":2,"renew":"synthetic""#)
        #expect(full.summary.hasPrefix("full point") && full.outcome == .succeeded, "\(full.summary)")
        #expect(bench.log(.warning).contains { $0.hasSuffix("its checksum is not that of its record; a full point is made instead") })
    }
}
