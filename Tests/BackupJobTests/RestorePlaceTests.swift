import Foundation
import JobKit
import Testing

/// Places that a restore is better not made in.
@Suite struct RestorePlaceTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.scratch.shell("mkdir tree/in; echo 1 > tree/f; ln -s repo/set-nightly link")
    }

    private func restore(to place: String, dryRun: Bool = false, with more: String = "") async throws -> Result<JobReport, JobFailure> {
        let words = ["latest", "--to", "\(bench.scratch.path)/\(place)"]
        return try await bench.verb("restore", words, dryRun: dryRun, settings: bench.settings(more)).0
    }

    @Test(
        "inside of the repository is refused", arguments: ["repo/x", "repo/set-nightly/data/c-1", "link/x", "tree/../repo/x"],
        [false, true])
    func isInTheRepository(place: String, dryRun: Bool) async throws {
        _ = try await bench.run().get()
        let before = try bench.scratch.shell("find repo | sort")
        let failure = try await #require(throws: JobFailure.self) { try await restore(to: place, dryRun: dryRun).get() }
        #expect(
            failure.problem
                == "\(bench.scratch.path)/\(place) lies in the repository \(bench.scratch.path)/repo, whose own files are all that may be there",
            "\(failure)")
        #expect(try bench.scratch.shell("find repo | sort") == before)
    }

    @Test("inside of a source is said", arguments: ["tree/new", "tree/in/new"])
    func isInASource(place: String) async throws {
        _ = try await bench.run().get()
        let said = "; it lies in the source data, and the next backup stores it, too"
        #expect(try await restore(to: place, dryRun: true).get().summary.hasSuffix(said))
        let report = try await restore(to: place).get()
        #expect(report.outcome == .warning && report.summary.hasSuffix(said), "\(report.summary)")
        #expect(try bench.scratch.shell("cat \(place)/data/f") == "1\n")
    }

    @Test func whatTheJobExcludesIsNoWarningAndBesideItNeither() async throws {
        _ = try await bench.run().get()
        #expect(try await restore(to: "tree/in/new", with: #""exclude":["/in"]"#).get().outcome == .succeeded)
        #expect(try await restore(to: "treetop").get().outcome == .succeeded)
        #expect(try await restore(to: "repository").get().outcome == .succeeded)
    }
}
