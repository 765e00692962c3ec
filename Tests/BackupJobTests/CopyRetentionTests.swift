import FileTree
import Foundation
import JobKit
import Synchronization
import Testing

@testable import BackupJob

/// What retention takes from copies.
@Suite(.serialized) struct CopyRetentionTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// Names points as removed, and brings the copy up to date.
    /// - Returns: how many were removed there.
    private func remove(_ points: [RemovedPoint], _ settings: String) async throws -> Int {
        let repository = try Repository(at: PathBytes(try Bench.read(settings).0.repository), holder: "a test", now: Date.now, keys: nil)
        try RemovedPoints.add(points, in: repository)
        #expect(try Set(RemovedPoints.all(in: repository)).isSuperset(of: points))
        withExtendedLifetime(repository) {}
        bench.events.withLock { $0 = [] }
        _ = try await bench.verb("copy", [], settings: settings).0.get()
        let line = bench.log(.info).first { $0.hasPrefix("the copy away followed retention: ") }
        return try line.map { try #require(Int($0.split(separator: " ")[5])) } ?? 0
    }

    /// The points that are here, those of the first chain first.
    private func points() throws -> [RemovedPoint] {
        let lines = try bench.scratch.shell("grep -Ho '\"point\":\"[0-9A-Z]*' set-*/data/c-*/*.point.json", in: "repo").split(
            separator: "\n")
        return try lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return RemovedPoint(place: try #require(PointPlace(file: parts[0])), point: String(line.suffix(26)))
        }.sorted { $0.place < $1.place }
    }

    @Test("only what is named and no longer here goes, and a loss here takes nothing there", arguments: CopyTests.kinds)
    func removes(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        let settings = bench.settings(#""type":"incremental","chain_length":2,"copies":{"away":{\#(server.settings())}}"#)
        for number in 0..<4 {
            try bench.scratch.shell("echo \(number) > tree/a")
            _ = try await bench.run(settings, later: Double(number) * 3600).get()
        }
        let all = try points()
        #expect(all.map(\.place.sequence) == [0, 1, 0, 1])
        let before = try server.files()
        #expect(try await remove(all, settings) == 0, "all are still here")
        #expect(try server.files() == before)
        // An accident: the second chain is gone here, and nobody names it. The first one is gone because it was meant to.
        try bench.scratch.shell("rm -rf removed \(all[0].place.chain) \(all[2].place.chain)", in: "repo")
        #expect(try await remove([all[0], all[1]], settings) == 2)
        let left = try server.files()
        #expect(!left.contains(all[0].place.chain) && left.contains(all[2].place.record) && left.contains(all[3].place.record))
        if kind != .s3 { #expect(try bench.scratch.run("test -e store/\(all[0].place.chain)").status == 1) }
        // The next run keeps what is only there, and its list of checksums names it.
        _ = try await bench.run(settings, later: 5 * 3600).get()
        #expect(try server.files().contains(all[3].place.record))
        guard kind != .s3 else { return }
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums; grep -q \(all[3].place.record) checksums", in: "store")
    }

    @Test("a point that only the copy has is not replaced by another in its place, unless retention names it", arguments: CopyTests.kinds)
    func keepsWhatIsThere(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        let settings = bench.settings(#""type":"incremental","copies":{"away":{\#(server.settings())}}"#)
        for number in 0..<2 {
            try bench.scratch.shell("echo \(number) > tree/a")
            _ = try await bench.run(settings, later: Double(number) * 3600).get()
        }
        let lost = try points()[1]
        // The newest point is lost here, and the next run makes another one in its place.
        try bench.scratch.shell("rm \(lost.place.chain)/0001.*", in: "repo")
        try bench.scratch.shell("echo other > tree/a")
        let report = try await bench.run(settings, later: 7200).get()
        #expect(report.outcome == .warning, "\(bench.log(.info)) \(bench.log(.warning))")
        #expect(report.summary.contains("has another point, \(lost.point), in the place of point "), "\(report.summary)")
        let new = try points()[1]
        #expect(new.place == lost.place && new.point != lost.point)
        #expect(try await remove([new], settings) == 0, "it is here")
        #expect(try await remove([lost], settings) == 1)
        #expect(bench.log(.info).contains { $0.hasPrefix("the copy away has all 2 points: 3 files sent, ") }, "\(bench.log(.info))")
    }

    @Test func aCopyThatDoesNotPruneKeepsAll() async throws {
        let server = try CopyServer(.folder, in: bench.scratch)
        let settings = bench.settings(#""copies":{"away":{\#(server.settings(#""prune":false"#))}}"#)
        for number in 0..<2 { _ = try await bench.run(settings, later: Double(number) * 3600).get() }
        let all = try points()
        try bench.scratch.shell("rm -rf \(all[0].place.chain)", in: "repo")
        #expect(try await remove([all[0]], settings) == 0)
        #expect(try server.files().contains(all[0].place.record))
    }

    @Test func linesThatCannotBeReadRemoveNothing() async throws {
        _ = try await bench.run().get()
        let chain = try points()[0].place.chain
        let lines = [
            "nonsense", "{}", #"{"chain":"../x/c-01ARZ3NDEKTSV4RRFFQ69G5FAV","point":"P","sequence":0}"#,
            #"{"chain":"\#(chain)","point":"P","sequence":3}"#,
        ]
        try bench.scratch.shell("cat > removed <<'END'\n\(lines.joined(separator: "\n"))\nEND", in: "repo")
        let repository = try Repository(reading: PathBytes(bench.scratch.path + "/repo"), keys: nil)
        #expect(try RemovedPoints.all(in: repository) == [RemovedPoint(place: PointPlace(chain: chain, sequence: 3), point: "P")])
    }
}
