import FileTree
import Foundation
import JobKit
import Testing

@testable import BackupJob

/// What retention takes from copies.
@Suite(.serialized) struct CopyRetentionTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// Removes points from the copy `away`.
    private func remove(_ places: [PointPlace], _ settings: String) throws -> [PointPlace] {
        let read = try Bench.read(settings).0
        let wire = try WireCoding.decoder().decode(WireRequest.self, from: Data(bench.request(settings).utf8))
        let context = JobContext(request: wire, environment: [:]) { _ in }
        let stop = StopFlag()
        let target = try CopyRun(settings: read, context: context, stop: stop).target(read.copies[0])
        let repository = try Repository(reading: PathBytes(read.repository))
        let retry = CopyRetry(retries: 0, stop: stop, context: context)
        return try CopyMirror(repository: repository, target: target, retry: retry, stop: stop).remove(Set(places))
    }

    private func places() throws -> [PointPlace] {
        try bench.scratch.shell("ls -d set-*/data/c-*/*.point.json", in: "repo").split(separator: "\n").compactMap { PointPlace(file: $0) }
            .sorted()
    }

    @Test("only what is named and no longer here goes, and a loss here takes nothing there", arguments: CopyTests.kinds)
    func removes(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        let settings = bench.settings(#""type":"incremental","chain_length":2,"copies":{"away":{\#(server.settings())}}"#)
        for number in 0..<4 {
            try bench.scratch.shell("echo \(number) > tree/a")
            _ = try await bench.run(settings, later: Double(number) * 3600).get()
        }
        let all = try places()
        #expect(all.map(\.sequence) == [0, 1, 0, 1])
        let before = try server.files()
        #expect(try remove(all, settings) == [], "all are still here")
        #expect(try server.files() == before)
        // An accident: the second chain is gone here, and nobody names it. The first one is gone because it was meant to.
        try bench.scratch.shell("rm -rf \(all[0].chain) \(all[2].chain)", in: "repo")
        #expect(try remove([all[0], all[1]], settings) == [all[1], all[0]])
        let left = try server.files()
        #expect(!left.contains(all[0].chain) && left.contains(all[2].record) && left.contains(all[3].record))
        if kind != .s3 { #expect(try bench.scratch.run("test -e store/\(all[0].chain)").status == 1) }
        // The next run keeps what is only there, and its list of checksums names it.
        _ = try await bench.run(settings, later: 5 * 3600).get()
        #expect(try server.files().contains(all[3].record))
        guard kind != .s3 else { return }
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums; grep -q \(all[3].record) checksums", in: "store")
    }
}
