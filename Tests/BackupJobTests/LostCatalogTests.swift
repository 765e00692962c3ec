import Foundation
import JobKit
import Synchronization
import Testing

/// A catalog that cannot be used: it is a cache, so whoever asks gets the same answer.
@Suite struct LostCatalogTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func find(_ settings: String) async throws -> [String] {
        bench.events.withLock { $0 = [] }
        let (result, lines) = try await bench.verb("find", ["*", "--json"], settings: settings)
        _ = try result.get()
        return lines
    }

    @Test(
        "what stands in the catalog's place keeps nobody from finding",
        arguments: ["mkdir C", "ln -s ../victim C", "mkdir c; ln -s c C", "mkfifo C", "mkdir C-journal"])
    func somethingElse(damage: String) async throws {
        try bench.scratch.shell("for i in 1 2 3; do echo $i > tree/$i; done")
        _ = try await bench.run().get()
        let expected = try await find(bench.settings())
        #expect(expected.count == 4)
        try bench.scratch.shell("rm catalog.sqlite; " + damage.replacing("C", with: "catalog.sqlite"), in: "repo")
        #expect(try await find(bench.settings()) == expected)
        let said = bench.log(.warning)
        #expect(said.count == 1 && said.first?.hasSuffix("; the lists of the points are read instead") == true, "\(said)")
        #expect(try bench.scratch.shell("test -e victim || echo none") == "none\n")
    }

    @Test("a full disk keeps nobody from finding", .enabled(if: geteuid() == 0, "needs root to mount"))
    func fullDisk() async throws {
        try bench.scratch.shell("mkdir disk; mount -t tmpfs -o size=4M none disk; for i in $(seq 300); do echo $i > tree/$i; done")
        defer {
            let unmounted = Result { try bench.scratch.shell("umount disk") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        let settings = #"{"repository":"\#(bench.scratch.path)/disk/repo","sources":{"data":"\#(bench.scratch.path)/tree"}}"#
        _ = try await bench.run(settings).get()
        try bench.scratch.shell("cat /dev/zero > filler 2>/dev/null || true", in: "disk")
        #expect(try await find(settings).count == 301)
        let said = bench.log(.warning)
        #expect(said.count == 1 && said.first?.hasSuffix("; the lists of the points are read instead") == true, "\(said)")
        let failure = try await #require(throws: JobFailure.self) {
            try await bench.verb("catalog", ["rebuild"], settings: settings).0.get()
        }
        #expect(!failure.fix.contains("rebuild"), "\(failure)")
    }
}
