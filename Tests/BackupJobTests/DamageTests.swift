import Foundation
import JobKit
import Synchronization
import Testing

/// Damage of each file of a repository in turn: noticed by name, repaired or harmless; and never other content than what was stored.
@Suite struct DamageTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// What is done to a file of a repository.
    struct Damage: CustomTestStringConvertible, Sendable {
        /// Below the repository, with `C` for the chain's folder.
        let file: String
        /// Else it is cut.
        var flips = true
        /// Of the file, where that is done.
        var share = 0.5
        /// Whether it is repaired, or of no account.
        var isHarmless = false
        var testDescription: String { "\(file) \(flips ? "flipped" : "cut") at \(Int(share * 100)) %" }
    }

    private static let shares = [0.02, 0.35, 0.6, 0.97]
    /// Files that the next run makes anew, or that say nothing of content.
    private static let harmless = ["lock", "RESTORE.txt", "checksums", "catalog.sqlite", "C/0000.pin"]

    private static let table: [Damage] = {
        let archives = ["C/0000.tar.zst", "C/0001.tar.zst", "C/0000.manifest.zst", "C/0001.manifest.zst"]
        let records = ["C/0000.point.json", "C/0001.point.json"]
        let flips = (archives + records + harmless + ["repo.json"]).flatMap { file in
            shares.map { Damage(file: file, share: $0, isHarmless: harmless.contains(file) || file == "repo.json") }
        }
        let cuts = (archives + records + harmless).flatMap { file in
            [0, 0.5, 0.99].map { Damage(file: file, flips: false, share: $0, isHarmless: harmless.contains(file)) }
        }
        return flips + cuts
    }()

    private func settings(_ more: String = "") -> String {
        bench.settings(#""type":"incremental","set":"nightly""# + (more.isEmpty ? "" : "," + more))
    }

    /// A full point, an increment, a pin and a catalog.
    private func makePoints(_ settings: String) async throws {
        try bench.scratch.shell("mkdir tree/d; echo first > tree/a; echo kept > tree/d/b; head -c 50000 /dev/urandom > tree/noise")
        _ = try await bench.run(settings, later: -120).get()
        try bench.scratch.shell("cp -a tree kept0; echo second > tree/a; rm tree/d/b; head -c 20000 /dev/urandom > tree/more")
        _ = try await bench.run(settings, later: -60).get()
        try bench.scratch.shell("cp -a tree kept1; cp -a repo/ sound")
    }

    /// Damages a file, and asks everybody.
    private func inflict(_ damage: Damage, _ chain: String) throws {
        let program = """
            import sys
            path, flips, share = sys.argv[1], sys.argv[2] == 'true', float(sys.argv[3])
            data = bytearray(open(path, 'rb').read())
            place = min(len(data) - 1, int(len(data) * share))
            if flips: data[place] ^= 4
            else: del data[place:]
            open(path, 'wb').write(data)
            """
        try program.write(toFile: bench.scratch.path + "/damage.py", atomically: true, encoding: .utf8)
        let file = damage.file.replacingOccurrences(of: "C/", with: "set-nightly/data/\(chain)/")
        try bench.scratch.shell("rm -rf repo; cp -a sound repo; python3 damage.py repo/\(file) \(damage.flips) \(damage.share)")
    }

    /// All that verbs and a run say, a line each.
    private func everything(_ settings: String, _ ids: [String], _ more: [String]) async throws -> String {
        var said: [String] = []
        func note(_ result: Result<JobReport, JobFailure>, _ lines: [String]) {
            said += lines
            switch result {
            case .success(let report): said.append(report.summary)
            case .failure(let failure): said.append("\(failure)")
            }
        }
        for id in ids {
            let verified = try await bench.verb("verify", [id] + more, settings: settings)
            note(verified.0, verified.1)
        }
        let found = try await bench.verb("find", ["a"], settings: settings)
        note(found.0, [])
        bench.events.withLock { $0 = [] }
        note(try await bench.run(settings), [])
        said += bench.log(.warning)
        return said.joined(separator: "\n")
    }

    /// Restores each point: it is what was stored, or an error.
    private func expectNothingWrong(_ settings: String, _ ids: [String], _ more: [String], _ place: Comment) async throws -> Int {
        var whole = 0
        for (number, id) in ids.enumerated() {
            try bench.scratch.shell("rm -rf out")
            guard
                case .success(let report) = try await bench.verb(
                    "restore", [id, "--to", bench.scratch.path + "/out"] + more, settings: settings
                ).0, report.outcome == .succeeded
            else { continue }
            whole += 1
            #expect(try bench.scratch.run("diff -r kept\(number) out/data").text == "", place)
        }
        return whole
    }

    @Test func everyDamageIsNoticedRepairedOrHarmless() async throws {
        try await makePoints(settings())
        let listed = try await bench.verb("list", ["--json"], settings: settings()).1
        let ids = try listed.map(Self.id)
        _ = try await bench.verb("pin", [ids[0]], settings: settings()).0.get()
        _ = try await bench.verb("find", ["a"], settings: settings()).0.get()
        try bench.scratch.shell("rm -rf sound; cp -a repo sound")
        let chain = try bench.scratch.shell("ls sound/set-nightly/data | head -1").trimmingCharacters(in: .newlines)
        for damage in Self.table {
            try inflict(damage, chain)
            let said = try await everything(settings(), ids, [])
            let place: Comment = "\(damage.testDescription): \(said)"
            let name = damage.file.split(separator: "/").last.map(String.init) ?? ""
            let whole = try await expectNothingWrong(settings(), ids, [], place)
            if damage.isHarmless {
                #expect(whole == 2 || said.contains(name), place)
            } else {
                #expect(said.contains(name), place)
            }
        }
    }

    @Test func soIsDamageOfEncryptedFilesAndOfTheListThatIsKept() async throws {
        let keys = try Keys(bench.scratch, "restore")
        let settings = settings(try keys.settings(for: ["restore"]))
        try await makePoints(settings)
        let ids = try await bench.verb("list", ["--json"], settings: settings).1.map(Self.id)
        let chain = try bench.scratch.shell("ls sound/set-nightly/data | head -1").trimmingCharacters(in: .newlines)
        let list = try bench.scratch.shell("ls sound/cache/set-nightly").trimmingCharacters(in: .newlines)
        let files = ["C/0000.tar.zst.age", "C/0001.tar.zst.age", "C/0000.manifest.zst.age", "C/0001.manifest.zst.age"]
        let more = ["--identity", keys.file("restore")]
        for file in files + ["cache/set-nightly/" + list] {
            for damage in [Damage(file: file, share: 0.01), Damage(file: file, share: 0.9), Damage(file: file, flips: false)] {
                try inflict(damage, chain)
                // Only who makes points and has no key depends on the list.
                let said = try await everything(settings, ids, more)
                let place: Comment = "\(damage.testDescription): \(said)"
                #expect(said.contains(file.split(separator: "/").last ?? ""), place)
                let whole = try await expectNothingWrong(settings, ids, more, place)
                if file.hasPrefix("cache/") { #expect(whole == 2, place) }
            }
        }
    }

    @Test(
        "latest that leads elsewhere is set right, and nothing is taken from there",
        arguments: ["../../../sound", "c-NONE/0000.point.json", "/etc"])
    func latestLeadsElsewhere(target: String) async throws {
        try await makePoints(settings())
        try bench.scratch.shell("ln -sfn \(target) repo/set-nightly/data/latest")
        let ids = try await bench.verb("list", ["--json"], settings: settings()).1.map(Self.id)
        #expect(try await expectNothingWrong(settings(), [ids[0], "latest"], [], "\(target)") == 2)
        _ = try await bench.run(settings()).get()
        #expect(try bench.scratch.shell("readlink repo/set-nightly/data/latest | cut -d/ -f2") == "0002.point.json\n")
    }

    @Test func aChainWhoseMiddleIsMissingNamesItAndIsBuiltOnNoMore() async throws {
        try await makePoints(settings())
        try bench.scratch.shell("echo third > tree/a")
        _ = try await bench.run(settings(), later: -30).get()
        try bench.scratch.shell("cp -a tree kept2; rm repo/set-nightly/data/c-*/0001.tar.zst")
        let ids = try await bench.verb("list", ["--json"], settings: settings()).1.map(Self.id)
        let (result, lines) = try await bench.verb("verify", [], settings: settings())
        #expect(throws: JobFailure.self) { try result.get() }
        #expect(lines.contains { $0.hasSuffix("/0001.tar.zst cannot be read: No such file or directory") }, "\(lines)")
        #expect(try await expectNothingWrong(settings(), ids, [], "a missing middle") == 1)
        #expect(try await bench.run(settings()).get().summary.contains("0001.tar.zst cannot be used"))
        // What is there of the points after the gap stays for whoever repairs it.
        #expect(try bench.scratch.shell("cd repo/set-nightly/data; ls c-*/0002.tar.zst | wc -l") == "1\n")
    }

    private static func id(_ line: String) throws -> String {
        let point = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        return try #require(point["point"] as? String)
    }
}
