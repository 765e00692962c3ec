import BackupJob
import Foundation
import JobKit
import Testing

/// A restore in place that is killed, refused, or runs out of room leaves the old trees or the new ones, whole.
@Suite struct RestoreKillTests {
    @Test("killed at any step, it is taken back as a whole or is there as a whole", arguments: RestoreStep.allCases, [true, false])
    func isKilled(at step: RestoreStep, byPurge: Bool) async throws {
        let place = try await InPlaceBench()
        let hooks = #""restore_start":["sh","-c","echo started >> \#(place.bench.scratch.path)/calls"]"#
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: step.rawValue, with: hooks)
        try driver.wait(for: "at \(step.rawValue)")
        driver.killNow()
        let isDone = step == .committed
        for (source, state) in try place.look() {
            #expect(state == place.states[0][source] || state == place.states[1][source], "\(source) is a mixture")
        }
        if byPurge {
            _ = try await place.restore("--purge", with: hooks).0.get()
            #expect(try place.look() == place.states[isDone ? 0 : 1])
            // What was in place may have been written to since.
            let wereInPlace = step == .started ? InPlaceBench.sources : step == .swapped ? ["conf"] : []
            #expect(try place.names() == wereInPlace.map { ".acore-replaced-ID-" + $0 } + ["conf", "data", "env"])
            let told = place.bench.log(.warning).filter { $0.contains("was killed") }
            let isTold = ![.staged, .committed].contains(step)
            #expect(told.count == (isTold ? 1 : 0), "\(told)")
            let calls = try place.bench.scratch.run("grep -c . calls").text
            #expect(calls == (isDone || step == .started ? (isTold ? "2\n" : "1\n") : isTold ? "1\n" : calls), "\(calls)")
        } else {
            _ = try await place.restore(place.points[0], "--in-place").0.get()
            #expect(try place.look() == place.states[0])
            #expect(try place.names().filter { !$0.hasPrefix(".acore-replaced-") } == ["conf", "data", "env"])
        }
    }

    @Test(
        "a journal in any of several folders leads to all of them", arguments: ["conf", "env"],
        [RestoreStep.journalWritten, .swapped, .started])
    func isFoundFrom(source: String, at step: RestoreStep) async throws {
        let place = try await InPlaceBench(apart: true)
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: step.rawValue)
        try driver.wait(for: "at \(step.rawValue)")
        driver.killNow()
        _ = try await place.restore(place.points[0], "--in-place", "--path", source).0.get()
        let now = try place.look()
        for other in InPlaceBench.sources { #expect(now[other] == place.states[other == source ? 0 : 1][other], "\(other)") }
        #expect(try place.bench.scratch.shell("ls -A homes/* | grep -c json || true") == "0\n")
    }

    @Test func whatOnlyCopiesOfTheJournalTellIsOver() async throws {
        let place = try await InPlaceBench(apart: true)
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "started")
        try driver.wait(for: "at started")
        driver.killNow()
        // As if the kill had come after the first copy was removed, which is what makes the swaps valid.
        try place.bench.scratch.shell(
            "rm homes/conf/.acore-restore-*.json; ls homes/data/.acore-restore-*.json homes/env/.acore-restore-*.json")
        _ = try await place.restore("--purge").0.get()
        #expect(try place.look() == place.states[0])
        #expect(try place.bench.scratch.shell("ls -A homes/*") == "homes/conf:\nconf\n\nhomes/data:\ndata\n\nhomes/env:\nenv\n")
    }

    @Test func anOldTreeThatIsGoneIsNotGuessed() async throws {
        let place = try await InPlaceBench()
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "swapped")
        try driver.wait(for: "at swapped")
        driver.killNow()
        try place.bench.scratch.shell("rm -r place/.acore-replaced-*-conf")
        let failure = try await #require(throws: JobFailure.self) { try await place.restore("--purge").0.get() }
        #expect(
            failure.problem
                == "a restore of point \(place.points[0]) was killed, and \(place.place)/conf cannot be taken back: No such file or directory"
        )
        try place.bench.scratch.shell("rm place/.acore-restore-*.json")
        _ = try await place.restore(place.points[1], "--in-place").0.get()
        #expect(try place.look() == place.states[1])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to give a file away"))
    func aJournalOfSomebodyElseLeadsNowhere() async throws {
        let place = try await InPlaceBench()
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "started")
        try driver.wait(for: "at started")
        driver.killNow()
        try place.bench.scratch.shell("chown 65534 place/.acore-restore-*.json")
        let failure = try await #require(throws: JobFailure.self) { try await place.restore("--purge").0.get() }
        #expect(failure.problem.hasSuffix("cannot be used: it belongs to user 65534"), "\(failure)")
        #expect(try place.look() == place.states[0])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to become somebody else"))
    func whoIsNotRootRestoresAndDrillsToo() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell("mkdir -m 777 scratch; chmod 755 .; chown -R 65534:65534 place repo")
        let wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        // These points have entries of root, whom only root can give something back.
        let refused = try place.driver([place.points[0], "--in-place"], through: wrapper).finish()
        #expect(refused.status == 1 && refused.last.contains("belong to others than the user of this process"), "\(refused.last)")
        let look = "find data conf env -type f | sort | xargs sha256sum; stat -c %u data env"
        let before = try place.bench.scratch.shell(look, in: "place")
        let stored = try DriverProcess(place.bench.request(place.settings()), through: wrapper).finish()
        #expect(stored.status == 0, "\(stored.last)")
        try place.bench.scratch.shell("echo other > data/d/deep/one; chown 65534:65534 data/d/deep/one", in: "place")
        let restored = try place.driver(["latest", "--in-place"], through: wrapper).finish()
        #expect(restored.status == 0, "\(restored.last)")
        #expect(try place.bench.scratch.shell(look, in: "place") == before)
        let settings = place.settings(#""type":"drill","scratch":"\#(place.bench.scratch.path)/scratch""#)
        let drilled = try DriverProcess(place.bench.request(settings), through: wrapper).finish()
        #expect(drilled.status == 0 && drilled.last.hasSuffix("everything is as it was stored"), "\(drilled.last)")
        let purged = try place.driver(["--purge"], through: wrapper).finish()
        #expect(purged.status == 0, "\(purged.last)")
        #expect(try place.names() == ["conf", "data", "env"])
    }

    @Test func fiftyKillsAtRandomMomentsLeaveNoMixtureUnnoticed() async throws {
        let place = try await InPlaceBench(large: 3_000_000)
        var current = 0
        let clock = ContinuousClock()
        let whole = try clock.measure {
            _ = try place.driver([place.points[0], "--in-place"]).finish()
        }
        var killed = 0
        var back = 0
        while killed < 50 {
            let moment = Double.random(in: 0...1) * (whole / .seconds(1))
            // The shell takes the request first: writing to a process that is gone would end this one.
            let killing = [
                "sh", "-c", #"read -r line; printf '%s\n' "$line" | timeout -s KILL "$0" "$@""#, "\(max(0.001, moment))",
            ]
            let driver = try place.driver([place.points[1 - current], "--in-place"], through: killing)
            if try driver.finish().status != 0 { killed += 1 }
            for (source, state) in try place.look() {
                #expect(place.states.contains { $0[source] == state }, "\(source) is a mixture")
            }
            _ = try await place.restore("--purge").0.get()
            let now = try place.look()
            #expect(place.states.contains(now), "the sources are of different points")
            // What was in place goes with the next one.
            _ = try await place.restore("--purge").0.get()
            #expect(try place.look() == now)
            #expect(try place.names() == ["conf", "data", "env"])
            if now == place.states[current] { back += 1 }
            current = now == place.states[0] ? 0 : 1
        }
        #expect(back > 20, "\(back) left the old state")
    }

    @Test func aBackupOfTheMixtureSaysSo() async throws {
        let place = try await InPlaceBench()
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "swapped")
        try driver.wait(for: "at swapped")
        driver.killNow()
        let report = try await place.bench.run(place.settings(), later: 7200).get()
        #expect(report.outcome == .warning)
        #expect(
            report.summary.contains("3 warnings, the first: a restore of point \(place.points[0]) to \(place.place)/conf has not ended: "))
        _ = try await place.restore("--purge").0.get()
        #expect(try await place.bench.run(place.settings(), later: 7200).get().outcome == .succeeded)
    }

    @Test func aSecondRestoreAtTheSamePlaceIsRefused() async throws {
        let place = try await InPlaceBench()
        let driver = try place.driver([place.points[0], "--in-place"], pausingAt: "staged")
        try driver.wait(for: "at staged")
        for words in [["latest", "--in-place"], ["--purge"], ["latest", "--in-place", "--path", "data/large"]] {
            let result = try await place.bench.verb("restore", words, settings: place.settings()).0
            let failure = try #require(throws: JobFailure.self) { try result.get() }
            #expect(failure.problem == "another restore is at work in \(place.place)" && failure.retry == .mayHelp)
        }
        #expect(try driver.finish().status == 0)
        #expect(try place.look() == place.states[0])
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func aFullDiskLeavesTheOldTreesAndNoLitter() async throws {
        let bench = try Bench()
        let path = bench.scratch.path
        try bench.scratch.shell(
            "mkdir disk; mount -t tmpfs -o size=8M none disk; mkdir disk/data; head -c 5000000 /dev/urandom > disk/data/a")
        defer {
            let unmounted = Result { try bench.scratch.shell("umount disk") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        let settings = #"{"repository":"\#(path)/repo","sources":{"data":"\#(path)/disk/data"}}"#
        _ = try await bench.run(settings).get()
        try bench.scratch.shell("echo changed >> disk/data/a")
        let state = "df --output=used,iused disk | tail -1; find disk | sort; sha256sum disk/data/a"
        let before = try bench.scratch.shell(state)
        let failure = try await #require(throws: JobFailure.self) {
            try await bench.verb("restore", ["latest", "--in-place"], settings: settings).0.get()
        }
        #expect(
            failure.problem == "no space left for what is to be restored: it needs about 4.8 MiB; all that was written is removed"
                && failure.retry == .mayHelp, "\(failure)")
        #expect(try bench.comes(state, to: before))
    }
}
