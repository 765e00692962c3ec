import Foundation
import JobKit
import Synchronization
import Testing

/// A chain that has lost something which the chosen point does not need, or which the next one would build on.
@Suite struct DoubtfulChainTests {
    let bench: Bench
    private let chain = "$(ls -d set-nightly/data/c-* | head -n 1)"

    init() throws { bench = try Bench() }

    private var settings: String {
        bench.settings(#""type":"incremental","set":"nightly","scratch":"\#(bench.scratch.path)/drills""#)
    }

    private func makePoints(_ count: Int) async throws {
        try bench.scratch.shell("mkdir -p drills")
        for step in 0..<count {
            try bench.scratch.shell("echo \(step) > tree/a")
            _ = try await bench.run(settings, later: Double(step) * 60).get()
        }
        bench.events.withLock { $0 = [] }
    }

    @Test(
        "a record behind the chosen point that is gone or damaged is a warning of restores and drills", arguments: ["rm R", "echo '{' > R"])
    func recordBehind(damage: String) async throws {
        try await makePoints(3)
        let id = try bench.scratch.shell("sed 's/.*\"point\":\"//; s/\".*//' \(chain)/0002.point.json", in: "repo").prefix(26)
        try bench.scratch.shell(damage.replacing("R", with: "\(chain)/0001.point.json"), in: "repo")
        for (place, word) in [("out", "latest"), ("named", String(id))] {
            let restored = try await bench.verb("restore", [word, "--to", "\(bench.scratch.path)/\(place)"], settings: settings).0.get()
            #expect(restored.outcome == .warning)
            #expect(restored.summary.contains("its chain has lost the record of an earlier point: "), "\(restored.summary)")
            #expect(restored.summary.contains("/0001.point.json"), "\(restored.summary)")
            #expect(try bench.scratch.shell("cat \(place)/data/a") == "2\n")
            let drilled = try await bench.verb("drill", [word], settings: settings).0.get()
            #expect(drilled.outcome == .warning && drilled.summary.contains("/0001.point.json"), "\(drilled.summary)")
        }
        let first = try await bench.verb("list", ["--json"], settings: settings).1[0].split(separator: #""point":""#)[1].prefix(26)
        let older = try await bench.verb("restore", [String(first), "--to", bench.scratch.path + "/old"], settings: settings).0.get()
        #expect(older.outcome == .succeeded, "nothing behind that one is lost: \(older.summary)")
    }

    @Test func verifySaysEachDamageOnce() async throws {
        try await makePoints(3)
        try bench.scratch.shell("rm \(chain)/0001.point.json", in: "repo")
        let (result, lines) = try await bench.verb("verify", [], settings: settings)
        guard case .failure = result else {
            Issue.record("a lost record was not noticed")
            return
        }
        #expect(lines.count { $0.hasSuffix("/0001.point.json is missing") } == 1, "\(lines)")
        #expect(bench.log(.warning).count { $0.hasSuffix("/0001.point.json is missing") } <= 1, "\(bench.log(.warning))")
    }

    @Test("nothing is built on a chain that lacks a list", arguments: ["rm M", "truncate -s 9 M"])
    func listInTheMiddle(damage: String) async throws {
        try await makePoints(3)
        try bench.scratch.shell(damage.replacing("M", with: "\(chain)/0001.manifest.zst"), in: "repo")
        let report = try await bench.run(settings, later: 600).get()
        #expect(
            report.summary.contains("full, since ") && report.summary.contains("/0001.manifest.zst cannot be used: "), "\(report.summary)")
        #expect(try await bench.verb("verify", [], settings: settings).0.get().outcome == .succeeded)
        #expect(try await bench.run(settings, later: 660).get().summary.hasPrefix("incremental point "))
    }
}
