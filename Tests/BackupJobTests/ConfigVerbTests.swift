import Foundation
import JobKit
import Testing

/// Verbs of a job that makes points of settings: without a word they are about those.
@Suite struct ConfigVerbTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func settings(_ type: String) -> String {
        let path = bench.scratch.path
        return
            #"{"repository":"\#(path)/repo","sources":{"data":"\#(path)/tree","config":"\#(path)/conf"},"set":"nightly","type":"\#(type)","scratch":"\#(path)"}"#
    }

    @Test func theyReadItsPointsAndTheKindThatIsSaidCounts() async throws {
        try bench.scratch.shell("echo 1 > tree/a; mkdir conf; echo c > conf/c")
        _ = try await bench.run(settings("full")).get()
        let config = settings("config_only")
        _ = try await bench.run(config, later: 60).get()
        func lines(_ verb: String, _ arguments: String...) async throws -> String {
            let (result, lines) = try await bench.verb(verb, arguments, settings: config)
            _ = try result.get()
            return lines.joined(separator: "\n")
        }
        #expect(try await lines("list", "--json").contains(#""type":"config_only""#))
        #expect(try await lines("list", "--json", "--kind", "data").contains(#""type":"full""#))
        let shown = try await lines("show", "latest")
        #expect(shown.contains("config/c") && !shown.contains("data/a"), "\(shown)")
        #expect(try await lines("show", "latest", "--kind", "data").contains("data/a"))
        #expect(try await !lines("find", "*", "--json").contains("data/a"))
        #expect(try await lines("verify").contains("1 file with "))
        _ = try await lines("pin", "latest")
        #expect(try await lines("list").contains("pinned"))
        _ = try await lines("restore", "latest", "--to", bench.scratch.path + "/out")
        #expect(try bench.scratch.shell("ls out") == "config\n")
    }

    @Test func pointsOfSettingsAreNoBaseOfDataAndDoNotCountForIt() async throws {
        try bench.scratch.shell("echo 1 > tree/a; mkdir conf; echo c > conf/c")
        _ = try await bench.run(settings("incremental")).get()
        for minute in 1...3 { _ = try await bench.run(settings("config_only"), later: TimeInterval(minute * 60)).get() }
        try bench.scratch.shell("echo 22 > tree/a")
        let kept = settings("incremental").replacing(#""set":"nightly""#, with: #""set":"nightly","keep":{"last":2,"minimum_good":2}"#)
        let report = try await bench.run(kept, later: 600).get()
        #expect(report.numbers["removed_points"] == 0, "\(report.summary)")
        let names = try bench.scratch.shell("ls repo/set-nightly/data/c-*/*.json repo/set-nightly/config/c-*/*.json | xargs -n 1 basename")
        #expect(names.contains("0001.point.json"), "it is put on the point of data: \(names)")
        #expect(try bench.scratch.shell("ls -d repo/set-nightly/data/c-* repo/set-nightly/config/c-* | wc -l") == "4\n")
    }
}
