import Foundation
import JobKit
import Testing

/// Runs that are killed at moments that nobody chose.
@Suite(.serialized) struct KillTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    /// What a killed run does, and where it stands in the repository's life.
    enum Work: String, CaseIterable, CustomTestStringConvertible {
        case full
        case incremental
        case retention
        var testDescription: String { rawValue }
    }

    /// More of them where somebody asks for that, and the seed that brings a failure back.
    private static let environment = ProcessInfo.processInfo.environment
    private static let kills = environment["KILLS"].flatMap { Int($0) } ?? 12
    private static let seed = environment["SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1...999_999)

    private func settings(_ type: String, keep: String? = nil) -> String {
        bench.settings(#""type":"\#(type)","set":"nightly""# + (keep.map { #","keep":\#($0)"# } ?? ""))
    }

    /// What the run that is killed was asked for.
    private func settings(of work: Work) -> String {
        switch work {
        case .full: settings("full")
        case .incremental: settings("incremental")
        case .retention: settings("full", keep: #"{"last":1,"minimum_good":1,"most_removed":100}"#)
        }
    }

    @Test("a run killed at any moment leaves whole points, and no litter after the next run", arguments: Work.allCases)
    func isKilled(at work: Work) async throws {
        print("kills: \(work.rawValue), SEED=\(Self.seed) KILLS=\(Self.kills)")
        var dice = SplitMix(seed: Self.seed)
        try bench.scratch.shell("mkdir tree/d; for i in $(seq 40); do echo $i > tree/d/$i; done; head -c 3000000 /dev/urandom > tree/noise")
        _ = try await bench.run(settings("full")).get()
        let length = try measure(work)
        var killed = 0
        for number in 0..<Self.kills {
            try await prepare(work, number)
            let delay = length * (Double(number) + Double.random(in: 0..<1, using: &dice)) / Double(Self.kills)
            let place: Comment = "seed \(Self.seed), kill \(number) of \(Self.kills) after \(delay) s"
            // It ends itself by the same signal.
            let wrapper = ["timeout", "-s", "KILL", String(format: "%.4f", max(0.001, delay))]
            let ended = try DriverProcess(bench.request(settings(of: work)), through: wrapper).finish()
            #expect([0, SIGKILL].contains(ended.status), place)
            if ended.status == SIGKILL { killed += 1 }
            // Points that retention has taken are in the list until it is written anew.
            let ignore = work == .retention ? "--ignore-missing" : ""
            try bench.scratch.shell("sha256sum --quiet -c --strict \(ignore) checksums", in: "repo")
            try await expectWholePoints(place)
            let after = try await bench.run(settings(work == .incremental ? "incremental" : "full", keep: Self.tight)).get()
            #expect(after.outcome == .succeeded, place)
            #expect(try bench.scratch.shell("ls -A tmp; sha256sum --quiet -c --strict checksums", in: "repo") == "", place)
            try await expectWholePoints(place)
        }
        #expect(killed >= Self.kills / 4, "the kills came too late: \(killed) of \(Self.kills)")
    }

    private static let tight = #"{"last":2,"minimum_good":1,"most_removed":100}"#

    /// Seconds of runs that nobody kills: the longest of three.
    private func measure(_ work: Work) throws -> Double {
        var longest = Duration.zero
        for _ in 0..<3 {
            try bench.scratch.shell("date +%N > tree/changed")
            let clock = ContinuousClock()
            let begun = clock.now
            let ended = try DriverProcess(bench.request(settings(of: work))).finish()
            #expect(ended.status == 0, "\(ended.last)")
            longest = max(longest, clock.now - begun)
        }
        return longest / .seconds(1)
    }

    /// Gives the next run something to store, and to remove.
    private func prepare(_ work: Work, _ number: Int) async throws {
        try bench.scratch.shell("echo \(number) > tree/changed; head -c 300000 /dev/urandom > tree/d/noise")
        guard work == .retention else { return }
        for type in ["full", "incremental"] { _ = try await bench.run(settings(type)).get() }
    }

    /// Reads every point that the list has.
    private func expectWholePoints(_ place: Comment) async throws {
        let points = try await bench.verb("list", ["--json"]).1
        #expect(!points.isEmpty, place)
        for line in points {
            let point = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let id = try #require(point["point"] as? String)
            let (result, lines) = try await bench.verb("verify", [id])
            #expect(throws: Never.self, "\(place.rawValue): \(lines)") { try result.get() }
        }
    }
}
