import Foundation
import JobKit
import Testing

/// `backup list`, `show` and `restore`.
@Suite struct RestoreVerbTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private var path: String { bench.scratch.path }

    /// Two points: in the second one `a` has changed and `gone` is gone.
    private func makePoints() async throws {
        try bench.scratch.shell("mkdir -p tree/d/deep; echo 1 > tree/a; echo x > tree/gone; echo y > tree/d/deep/y; ln tree/a tree/d/other")
        _ = try await bench.run(bench.settings(#""type":"incremental""#), later: 10).get()
        try bench.scratch.shell("echo 2 > tree/a; rm tree/gone")
        _ = try await bench.run(bench.settings(#""type":"incremental""#), later: 3600).get()
    }

    private func points() async throws -> [String] {
        try await bench.verb("list", ["--json"]).1.map { line in
            let record = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            return try #require(record["point"] as? String)
        }
    }

    private func restore(_ arguments: String..., dryRun: Bool = false) async throws -> Result<JobReport, JobFailure> {
        try await bench.verb("restore", arguments, dryRun: dryRun).0
    }

    @Test func aPointIsFoundByItsIDByTheLatestAndByTheTime() async throws {
        try await makePoints()
        let ids = try await points()
        #expect(ids.count == 2)
        let soon = (Date.now + 1800).formatted(.iso8601)
        for (index, word) in ["latest", ids[0], ids[1].lowercased(), soon].enumerated() {
            let report = try await restore(word, "--to", "\(path)/out\(index)").get()
            #expect(report.outcome == .succeeded)
        }
        #expect(try bench.scratch.shell("cat out0/data/a out1/data/a out2/data/a out3/data/a") == "2\n1\n2\n1\n")
        #expect(try bench.scratch.shell("ls out0/data out1/data") == "out0/data:\na\nd\n\nout1/data:\na\nd\ngone\n")
        let failure = try await #require(throws: JobFailure.self) { try await restore("2001-01-01", "--to", "\(path)/none").get() }
        #expect(failure.problem == "the set nightly has no point from 2001-01-01 or before")
        let unknown = try await #require(throws: JobFailure.self) { try await restore("01ABC", "--to", "\(path)/none").get() }
        #expect(unknown.problem == "the set nightly has no point 01ABC")
        let many = try await #require(throws: JobFailure.self) { try await restore("01", "--to", "\(path)/none").get() }
        #expect(many.problem == "01 is the beginning of 2 points")
    }

    @Test func aPartIsRestoredAndANameWhoseFirstIsNotMeantIsAFile() async throws {
        try await makePoints()
        let report = try await restore("latest", "--to", "\(path)/out", "--path", "data/d/").get()
        #expect(report.numbers["files"] == 2, "\(report.summary)")
        #expect(
            try bench.scratch.shell("cd out; find . | sort; cat data/d/other")
                == ".\n./data\n./data/d\n./data/d/deep\n./data/d/deep/y\n./data/d/other\n2\n")
        let failure = try await #require(throws: JobFailure.self) {
            try await restore("latest", "--to", "\(path)/none", "--path", "data/none").get()
        }
        #expect(failure.problem.hasSuffix(" has no data/none"))
        #expect(try bench.scratch.run("test -e none").status == 1)
    }

    @Test func whatIsThereIsNotTouched() async throws {
        try await makePoints()
        try bench.scratch.shell("mkdir full empty; echo mine > full/a; ln -s full link; echo f > file")
        for place in ["full", "link", "file"] {
            let failure = try await #require(throws: JobFailure.self) { try await restore("latest", "--to", "\(path)/\(place)").get() }
            #expect(failure.problem == "\(path)/\(place) is there and not empty")
        }
        #expect(try await restore("latest", "--to", "\(path)/empty").get().outcome == .succeeded)
        let plan = try await restore("latest", "--to", "\(path)/planned", dryRun: true).get()
        #expect(plan.summary.hasPrefix("dry run: 6 entries, 2 files with 4 B, of point "), "\(plan.summary)")
        #expect(try bench.scratch.shell("cat full/a; ls -A") == "mine\nempty\nfile\nfull\nlink\nrepo\ntree\n")
    }

    @Test("damage is named, and nothing half is left", arguments: ["archive", "manifest"])
    func isDamaged(part: String) async throws {
        try bench.scratch.shell("head -c 300000 /dev/urandom > tree/noise; mkdir .acore-restore-01ARZ3NDEKTSV4RRFFQ69G5FAV")
        _ = try await bench.run().get()
        let file = part == "archive" ? "0000.tar.zst" : "0000.manifest.zst"
        try bench.scratch.shell(
            "f=$(ls repo/set-nightly/data/c-*/\(file)); printf x | dd of=$f bs=1 seek=$(($(stat -c %s $f) / 2)) conv=notrunc status=none")
        let failure = try await #require(throws: JobFailure.self) { try await restore("latest", "--to", "\(path)/out").get() }
        #expect(
            failure.problem.contains(part == "archive" ? "data/noise cannot be used: damaged" : "its checksum is not that of its record"),
            "\(failure)")
        #expect(try bench.scratch.shell("ls -A").contains("out") == false)
        #expect(try bench.scratch.shell("ls -A | grep -c acore-restore || true") == (part == "archive" ? "0\n" : "1\n"))
    }

    @Test func aListAndAPointAreShown() async throws {
        try await makePoints()
        let table = try await bench.verb("list", []).1
        #expect(table.count == 3)
        #expect(table[0].hasPrefix("POINT") && table[1].contains("incremental") && table[2].contains("full"), "\(table)")
        let entries = try await bench.verb("show", ["latest", "--path", "data/d"]).1
        #expect(
            entries.map { $0.split(separator: " ").dropFirst(5).joined(separator: " ") } == [
                "data/d", "data/d/deep", "data/d/deep/y", "data/d/other = data/a",
            ])
        let failure = try await #require(throws: JobFailure.self) { try await bench.verb("show", ["latest", "--to", "x"]).0.get() }
        #expect(failure.problem == "backup show has no option --to")
        let none = try await bench.verb("list", ["--kind", "config"])
        #expect(try none.0.get().numbers["points"] == 0)
    }

    @Test("every bit that is flipped in the files of a point is found, and named", arguments: 0..<6)
    func flippedBitIsFound(part: Int) async throws {
        try bench.scratch.shell("head -c 100000 /dev/urandom > tree/noise")
        try await makePoints()
        let sound = try await bench.verb("verify", [])
        #expect(
            sound.1.count == 1 && sound.1[0].contains("3 files with ") && sound.1[0].contains(" 4 archives and lists read"), "\(sound.1)")
        #expect(try await bench.verb("verify", ["--quick"]).1.first?.contains(" 0 files with ") == true)
        let files = ["0000.tar.zst", "0001.tar.zst", "0000.manifest.zst", "0001.manifest.zst"]
        let file = files[part % 4]
        let script =
            "import sys; f=open(sys.argv[1],'r+b'); n=int(sys.argv[2]); f.seek(0,2); p=f.tell()*n//7; f.seek(p); "
            + "b=f.read(1)[0]^16; f.seek(p); f.write(bytes([b]))"
        try bench.scratch.shell("python3 -c \"\(script)\" $(ls repo/set-nightly/data/c-*/\(file)) \(part + 1)")
        let (result, lines) = try await bench.verb("verify", ["latest"])
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        #expect(failure.problem.contains("in point "), "\(failure)")
        #expect(lines.contains { $0.hasSuffix("/\(file) does not have the checksum of its record") }, "\(lines)")
        if file == "0000.tar.zst" { #expect(lines.contains { $0.hasPrefix("data/noise in 0000.tar.zst: ") }, "\(lines)") }
    }

    @Test func verifySaysInJSONWhatItComparedAndWhatIsDamaged() async throws {
        try await makePoints()
        let sample = try await bench.verb("verify", ["--sample", "50%", "--json"])
        let found = try Verified(try #require(sample.1.first))
        #expect(sample.1.count == 1 && found.damages == 0 && found.point?.isEmpty == false, "\(sample)")
        let whole = try Verified(try #require(try await bench.verb("verify", ["--json"]).1.first))
        #expect(try #require(found.files) <= (try #require(whole.files)) && whole.files == 2, "\(found) and \(whole)")
        try bench.scratch.shell("rm repo/set-nightly/data/c-*/0000.tar.zst")
        let (result, lines) = try await bench.verb("verify", ["--json"])
        #expect(throws: JobFailure.self) { try result.get() }
        let said = try lines.map(Verified.init)
        #expect(said.contains { $0.damage?.hasSuffix("/0000.tar.zst cannot be read: No such file or directory") == true }, "\(lines)")
        #expect(try #require(said.last?.damages) > 0 && said.last?.damages == said.count - 1, "\(lines)")
    }

    private struct Verified: Decodable {
        let damage: String?
        let point: String?
        let damages: Int?
        let files: Int?

        init(_ line: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(line.utf8)) }
    }

    /// What acts is a run, and the command line tells its end in JSON.
    @Test(arguments: [["create", "full"], ["pin", "latest"], ["unpin", "latest"], ["catalog", "rebuild"], ["drill"]])
    func whatActsTakesJSONAndPrintsNothingElse(_ words: [String]) async throws {
        try await makePoints()
        let (result, lines) = try await bench.verb(words[0], words.dropFirst() + ["--json"])
        _ = try result.get()
        #expect(lines == [], "\(result)")
    }

    @Test func aLostArchiveIsNamed() async throws {
        try await makePoints()
        try bench.scratch.shell("rm repo/set-nightly/data/c-*/0000.tar.zst")
        let (result, lines) = try await bench.verb("verify", [])
        #expect(throws: JobFailure.self) { try result.get() }
        #expect(lines.contains { $0.hasSuffix("/0000.tar.zst cannot be read: No such file or directory") }, "\(lines)")
    }
}
