import BackupJob
import Foundation
import JobKit
import Testing

/// What `latest` of a copy names, also when something is damaged here.
@Suite(.serialized) struct CopyLatestTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func settings(_ server: CopyServer, _ type: String) -> String {
        bench.settings(#""type":"\#(type)","set":"nightly","copies":{"away":{\#(server.settings(""))}}"#)
    }

    private func latest(_ place: String) throws -> String {
        try bench.scratch.shell("readlink \(place)/set-nightly/data/latest")
    }

    private func makePoint(_ settings: String, _ step: Int) async throws {
        try bench.scratch.shell("echo \(step) > tree/a")
        _ = try await bench.run(settings, later: Double(step) * 60).get()
    }

    @Test("a lost record of an old chain keeps the copy's latest from nothing")
    func follows() async throws {
        let server = try CopyServer(.folder, in: bench.scratch)
        let settings = settings(server, "full")
        for step in 0..<2 { try await makePoint(settings, step) }
        try bench.scratch.shell("mv $(ls -d repo/set-nightly/data/c-* | head -n 1)/0000.point.json kept")
        for step in 2..<4 { try await makePoint(settings, step) }
        #expect(try latest("store") == latest("repo"))
        try bench.scratch.shell("mv kept $(ls -d repo/set-nightly/data/c-* | head -n 1)/0000.point.json")
        _ = try await bench.verb("copy", [], settings: settings).0.get()
        #expect(try latest("store") == latest("repo"))
    }

    @Test("a latest that is gone there comes back with nothing to send", arguments: CopyTests.kinds.filter { $0 != .s3 })
    func heals(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        let settings = settings(server, "full")
        for step in 0..<2 { try await makePoint(settings, step) }
        try bench.scratch.shell("rm store/set-nightly/data/latest")
        let report = try await bench.verb("copy", [], settings: settings).0.get()
        #expect(report.summary == "the copies are up to date: 0 files sent, 0 B")
        #expect(try latest("store") == latest("repo"))
        try bench.scratch.shell("ln -sfn $(cd store/set-nightly/data; ls -d c-* | head -n 1)/0000.point.json store/set-nightly/data/latest")
        _ = try await bench.verb("copy", [], settings: settings).0.get()
        #expect(try latest("store") == latest("repo"))
    }

    @Test("a bucket's latest that is cut off is whole again with nothing to send", arguments: CopyTests.kinds.filter { $0 == .s3 })
    func healsInABucket(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        let settings = settings(server, "full")
        for step in 0..<2 { try await makePoint(settings, step) }
        let before = try server.files()
        try server.truncate("set-nightly/data/latest", to: 3)
        #expect(try server.files() != before)
        let report = try await bench.verb("copy", [], settings: settings).0.get()
        #expect(report.summary == "the copies are up to date: 0 files sent, 0 B")
        #expect(try server.files() == before)
    }
}
