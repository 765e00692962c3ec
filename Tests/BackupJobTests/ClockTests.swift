import Foundation
import JobKit
import Testing

/// A calendar that goes years forth and back.
@Suite struct ClockTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    @Test("whatever the clock does, the newest point is the newest, nothing good is lost, and every point is whole", arguments: 1...4)
    func theClockJumps(seed: Int) async throws {
        var dice = SplitMix(seed: UInt64(seed))
        let keep = #""keep":{"last":2,"days":30,"minimum_good":2,"most_removed":100}"#
        var expected: [String] = []
        for number in 0..<10 {
            let years = Double.random(in: -12...12, using: &dice)
            let type = Bool.random(using: &dice) ? "full" : "incremental"
            try bench.scratch.shell("echo \(number) > tree/a")
            let settings = bench.settings(#""type":"\#(type)","set":"nightly",\#(keep)"#)
            _ = try await bench.run(settings, later: years * 365 * 86_400).get()
            let place: Comment = "seed \(seed), run \(number)"
            let listed = try await bench.verb("list", ["--json"], settings: settings).1
            let points = try listed.map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            let ids = points.compactMap { $0["point"] as? String }
            let newest = try #require(ids.last)
            // The newest two were made last, whatever they say of their time.
            if let before = expected.last { #expect(ids.contains(before), place) }
            expected.append(newest)
            #expect(Set(ids).count == ids.count, place)
            for id in ids {
                let (result, lines) = try await bench.verb("verify", [id], settings: settings)
                #expect(throws: Never.self, "\(place.rawValue): \(lines)") { try result.get() }
            }
            try bench.scratch.shell("rm -rf out")
            _ = try await bench.verb("restore", ["latest", "--to", bench.scratch.path + "/out"], settings: settings).0.get()
            #expect(try bench.scratch.shell("cat out/data/a") == "\(number)\n", place)
        }
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums; test -z \"$(ls -A tmp)\"", in: "repo")
    }
}
