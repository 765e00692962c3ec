import Foundation
import JobKit
import Synchronization
import Testing

/// Records of points that are gone, or are not what the list of checksums says: nobody relies on them, and nobody removes what they told of.
@Suite struct LostRecordTests {
    let bench: Bench
    private let chain = "$(ls -d set-nightly/data/c-* | head -n 1)"

    init() throws { bench = try Bench() }

    private func settings(_ more: String = "") -> String {
        bench.settings(#""type":"incremental","set":"nightly""# + (more.isEmpty ? "" : "," + more))
    }

    /// A chain of points, each with another content of one file.
    private func makePoints(_ count: Int, _ settings: String? = nil) async throws {
        for step in 0..<count {
            try bench.scratch.shell("echo \(step) > tree/a")
            _ = try await bench.run(settings ?? self.settings(), later: Double(step) * 60).get()
        }
    }

    private func verify(_ arguments: String...) async throws -> (Result<JobReport, JobFailure>, [String]) {
        try await bench.verb("verify", arguments, settings: settings())
    }

    private func isDamaged(_ result: (Result<JobReport, JobFailure>, [String]), _ word: String) -> Bool {
        if case .failure(let failure) = result.0 { return failure.problem.contains("damage") && result.1.contains { $0.contains(word) } }
        return false
    }

    @Test func aPointWhoseOnlyRecordIsLostStaysAndIsNamed() async throws {
        try await makePoints(1)
        try bench.scratch.shell("rm \(chain)/0000.point.json", in: "repo")
        let before = try bench.scratch.shell("ls \(chain)", in: "repo")
        for step in 1...2 {
            bench.events.withLock { $0 = [] }
            let report = try await bench.run(settings(), later: Double(step) * 60).get()
            #expect(bench.log(.warning).contains { $0.hasSuffix("/0000.point.json is missing") }, "\(bench.log(.warning))")
            if step == 1 { #expect(report.summary.contains("full, since a record of the newest chain is damaged or missing")) }
            #expect(try bench.scratch.shell("ls \(chain)", in: "repo") == before)
            #expect(try bench.scratch.shell("grep -c \(chain)/0000 checksums", in: "repo") == "3\n", "their checksums are kept")
        }
        #expect(
            try bench.scratch.run("cd '\(bench.scratch.path)/repo'; sha256sum --quiet -c checksums 2>&1").text.contains("0000.point.json"))
    }

    @Test func verifyNamesAMissingAndADamagedRecordOfTheChain() async throws {
        try await makePoints(3)
        #expect(try await verify().0.get().outcome == .succeeded)
        #expect(try await verify("--full").0.get().outcome == .succeeded)
        try bench.scratch.shell("cp \(chain)/0001.point.json ../kept; echo '{' > \(chain)/0001.point.json", in: "repo")
        #expect(isDamaged(try await verify(), "0001.point.json"))
        try bench.scratch.shell("rm \(chain)/0001.*", in: "repo")
        #expect(isDamaged(try await verify("--quick"), "0001.point.json is missing"))
    }

    @Test func verifyNamesALineOfTheListThatIsNotWhatTheRecordSays() async throws {
        try await makePoints(1)
        try bench.scratch.shell("sed -i '/tar.zst/s/^./x/' checksums", in: "repo")
        #expect(isDamaged(try await verify("--quick"), "0000.tar.zst"))
        _ = try await bench.run(settings(), later: 60).get()
        #expect(try await verify().0.get().outcome == .succeeded, "the next run makes it anew")
    }

    private func restore(_ word: String, to folder: String) async throws -> JobReport {
        try await bench.verb("restore", [word, "--to", "\(bench.scratch.path)/\(folder)"], settings: settings()).0.get()
    }

    private func drill() async throws -> Result<JobReport, JobFailure> {
        try bench.scratch.shell("mkdir -p drills")
        return try await bench.verb("drill", ["latest"], settings: settings(#""scratch":"\#(bench.scratch.path)/drills""#)).0
    }

    @Test func whatSaysThatItIsTheNewestAndIsRefutedIsNot() async throws {
        try await makePoints(3)
        try bench.scratch.shell("sed -i 's/\"counter\":1,/\"counter\":9,/' \(chain)/0000.point.json", in: "repo")
        // Nothing newer is in doubt, and the chain is not whole.
        let restored = try await restore("latest", to: "out")
        #expect(restored.outcome == .warning && restored.summary.contains("the record of an earlier point: "), "\(restored.summary)")
        #expect(try bench.scratch.shell("cat out/data/a") == "2\n")
        #expect(try await drill().get().outcome == .warning)
        let id = try bench.scratch.shell("sed 's/.*\"point\":\"//; s/\".*//' \(chain)/0000.point.json", in: "repo").prefix(26)
        #expect(try await restore(String(id), to: "named").outcome == .succeeded)
        #expect(try bench.scratch.shell("cat named/data/a") == "0\n")
    }

    @Test(arguments: ["echo '{' > R", "rm R"])
    func whereTheNewestRecordIsDamagedThatIsSaid(damage: String) async throws {
        try await makePoints(3)
        try bench.scratch.shell(damage.replacing("R", with: "\(chain)/0002.point.json"), in: "repo")
        let restored = try await restore("latest", to: "out")
        #expect(
            restored.outcome == .warning && restored.summary.contains("there may be a newer point than this one: "), "\(restored.summary)")
        #expect(try bench.scratch.shell("cat out/data/a") == "1\n")
        #expect(isDamaged(try await verify(), "0002.point.json"))
        guard case .failure(let failure) = try await drill() else {
            Issue.record("a drill of a doubtful point succeeded")
            return
        }
        #expect(failure.problem.hasPrefix("which point is meant by latest is not certain: "), "\(failure)")
    }

    @Test func anOlderChainThatIsDamagedCastsNoDoubt() async throws {
        try await makePoints(1)
        try bench.scratch.shell("rm \(chain)/0000.point.json", in: "repo")
        guard
            case .failure(let none) = try await bench.verb(
                "restore", ["latest", "--to", bench.scratch.path + "/none"], settings: settings()
            ).0
        else {
            Issue.record("a point without a record was restored")
            return
        }
        #expect(none.problem.contains("has no data point whose record can be read: "), "\(none)")
        _ = try await bench.run(settings(), later: 600).get()
        #expect(try await restore("latest", to: "out").outcome == .succeeded)
        #expect(try await drill().get().outcome == .succeeded)
        #expect(try await verify().0.get().outcome == .succeeded)
    }

    @Test func anIncrementIsNotPutOnAChainBeforeTheLostOne() async throws {
        try await makePoints(2)
        try bench.scratch.shell("echo full > tree/a")
        _ = try await bench.run(bench.settings(#""type":"full","set":"nightly""#), later: 300).get()
        try bench.scratch.shell("rm $(ls -d set-nightly/data/c-* | tail -n 1)/0000.point.json", in: "repo")
        let report = try await bench.run(settings(), later: 600).get()
        #expect(report.summary.contains("full, since a record of the newest chain is damaged or missing"), "\(report.summary)")
    }

    @Test(arguments: ["echo '{' > R", "rm R"])
    func aCopyThatLacksADamagedPointSaysSoAndGetsNothingThatBuildsOnIt(damage: String) async throws {
        try await makePoints(2)
        try bench.scratch.shell(damage.replacing("R", with: "\(chain)/0000.point.json"), in: "repo")
        let server = try CopyServer(.folder, in: bench.scratch)
        let copies = settings(#""copies":{"away":{\#(server.settings())}}"#)
        let report = try await bench.run(copies, later: 600).get()
        #expect(report.outcome == .warning && report.summary.contains("the copy away lacks 2 points: "), "\(report.summary)")
        #expect(try server.files().split(separator: "\n").count { $0.contains(".point.json") } == 1, "the new chain is there, and it alone")
    }

    @Test func aCopyThatHasTheDamagedPointFromBeforeGoesOn() async throws {
        let server = try CopyServer(.folder, in: bench.scratch)
        let copies = settings(#""copies":{"away":{\#(server.settings())}}"#)
        try await makePoints(2, copies)
        try bench.scratch.shell("echo '{' > \(chain)/0000.point.json", in: "repo")
        let report = try await bench.run(copies, later: 600).get()
        #expect(report.outcome == .succeeded, "\(report.summary)")
        #expect(try server.files().split(separator: "\n").count { $0.contains(".point.json") } == 3)
    }
}
