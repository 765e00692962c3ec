import Foundation
import JobKit
import Testing

/// Paths that a caller names and a point does not have.
@Suite struct NamedPathTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.scratch.shell("mkdir tree/d; echo 1 > tree/f; echo 1 > tree/d/g")
    }

    private var path: String { bench.scratch.path }

    @Test(
        "each is named before anything is written or planned", arguments: [["--to", "PATH/out"], ["--in-place"]], [false, true])
    func isNamed(to place: [String], dryRun: Bool) async throws {
        _ = try await bench.run().get()
        try bench.scratch.shell("echo 2 > tree/f")
        let words = ["latest"] + place.map { $0.replacing("PATH", with: path) }
        let some = ["--path", "data/f", "--path", "data/typo", "--path", "data/d/", "--path", "nothing"]
        let (result, lines) = try await bench.verb("restore", words + some, dryRun: dryRun)
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        #expect(failure.problem.hasPrefix("point ") && failure.problem.hasSuffix(" has no data/typo and no nothing"), "\(failure)")
        #expect(lines == [])
        #expect(try bench.scratch.shell("cat tree/f; ls -A") == "2\nrepo\ntree\n")
    }

    @Test func showNamesItToo() async throws {
        _ = try await bench.run().get()
        let (result, lines) = try await bench.verb("show", ["latest", "--path", "data/f", "--path", "data/typo"])
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        #expect(failure.problem.hasSuffix(" has no data/typo"), "\(failure)")
        #expect(lines == [])
        #expect(try await bench.verb("show", ["latest", "--path", "data/d", "--path", "/data//f"]).1.count == 3)
    }
}
