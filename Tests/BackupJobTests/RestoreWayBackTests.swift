import BackupJob
import Foundation
import JobKit
import Testing

/// What the way back of a killed restore does with trees that a program has used since.
@Suite struct RestoreWayBackTests {
    /// Three trees that are in place, with something written to one of them since.
    private func used() async throws -> InPlaceBench {
        let place = try await InPlaceBench()
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "started")
        try driver.wait(for: "at started")
        driver.killNow()
        try place.bench.scratch.shell("echo 'orders of a week' > place/data/orders")
        return place
    }

    private let kept = [".acore-replaced-ID-conf", ".acore-replaced-ID-data", ".acore-replaced-ID-env", "conf", "data", "env"]

    @Test func whatWasWrittenSinceStaysUntilTheNextPurge() async throws {
        let place = try await used()
        let planned = try await place.restore("--purge", dryRun: true)
        #expect(planned.1.count == 3, "\(planned.1)")
        for (line, source) in zip(planned.1, InPlaceBench.sources) {
            let path = "\(place.place)/\(source)"
            #expect(line.hasPrefix("would take back \(path), and keep what is there now as \(place.place)/.acore-replaced-"), "\(line)")
            #expect(line.hasSuffix("-\(source)"))
        }
        #expect(try planned.0.get().numbers["trees"] == 0)
        #expect(try place.bench.scratch.shell("cat place/data/orders") == "orders of a week\n")
        let report = try await place.restore("--purge").0.get()
        #expect(try place.look() == place.states[1])
        #expect(try place.names() == kept)
        #expect(try place.bench.scratch.shell("cat place/.acore-replaced-*-data/orders") == "orders of a week\n")
        let name = try place.bench.scratch.shell("echo place/.acore-replaced-*-data").dropLast()
        #expect(report.summary.contains("\(place.bench.scratch.path)/\(name)"), "\(report.summary)")
        #expect(planned.1.contains { $0.hasSuffix("/\(name.dropFirst("place/".count))") }, "a dry run tells another name")
        #expect(try await place.restore("--purge").0.get().numbers["trees"] == 3)
        #expect(try place.names() == ["conf", "data", "env"])
        #expect(try place.look() == place.states[1])
    }

    @Test func aRestoreThatTakesBackFirstKeepsItToo() async throws {
        let place = try await used()
        _ = try await place.restore(place.points[0], "--in-place", "--path", "env").0.get()
        #expect(try place.bench.scratch.shell("cat place/.acore-replaced-*-data/orders") == "orders of a week\n")
        let state = try place.look()
        #expect(state["data"] == place.states[1]["data"] && state["env"] == place.states[0]["env"])
    }

    @Test("a way back that is killed itself is gone on with", arguments: [false, true])
    func isKilledAgain(afterTheSwap: Bool) async throws {
        let place = try await used()
        // As the way back of one tree does it, up to there.
        try place.bench.scratch.shell(
            """
            cat > back.py <<'END'
            import glob, json, os, sys
            entry = [e for e in json.load(open(glob.glob('place/.acore-restore-*.json')[0]))['entries'] if e['name'] == 'data'][0]
            kept, back = ('place/' + entry[key] for key in ('kept', 'back'))
            os.rename(kept, back)
            if sys.argv[1] == 'true': os.rename('place/data', 'hold'); os.rename(back, 'place/data'); os.rename('hold', back)
            END
            python3 back.py \(afterTheSwap)
            """)
        _ = try await place.restore("--purge").0.get()
        #expect(try place.look() == place.states[1])
        #expect(try place.names() == kept)
        #expect(try place.bench.scratch.shell("cat place/.acore-replaced-*-data/orders") == "orders of a week\n")
    }

    @Test func anOlderReplacedTreeGoesWithThePurgeThatWasAskedFor() async throws {
        let place = try await InPlaceBench()
        _ = try await place.restore(place.points[1], "--in-place", "--path", "env").0.get()
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "started")
        try driver.wait(for: "at started")
        driver.killNow()
        #expect(try await place.restore("--purge").0.get().numbers["trees"] == 1)
        #expect(try place.names() == kept)
    }

    @Test func whatUsesTheTreesIsStoppedFirst() async throws {
        let place = try await used()
        let path = place.bench.scratch.path
        let hooks = ["stop", "start"].map {
            #""restore_\#($0)":["sh","-c","echo \#($0) $(cat \#(path)/place/env) >> \#(path)/calls"]"#
        }.joined(separator: ",")
        _ = try await place.restore("--purge", with: hooks).0.get()
        #expect(try place.bench.scratch.shell("cat calls") == "stop E=1\nstart E=2\n")
    }
}
