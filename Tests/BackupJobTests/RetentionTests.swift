import Foundation
import JobKit
import Testing

@testable import BackupJob

/// Points that go, and those that must not.
@Suite struct RetentionTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private static let day = 86_400.0

    private func settings(_ type: String = "full", keep: String, _ more: String = "") -> String {
        bench.settings(#""type":"\#(type)","set":"nightly","keep":\#(keep)"# + (more.isEmpty ? "" : "," + more))
    }

    private func chains() throws -> [String] {
        try bench.scratch.shell("ls -d repo/set-nightly/data/c-*/ | xargs -n1 basename").split(separator: "\n").map(String.init)
    }

    private func points() throws -> [String] {
        try bench.scratch.shell("cd repo/set-nightly/data; ls c-*/*.point.json").split(separator: "\n").map(String.init)
    }

    /// Full points of the last days, each with other content.
    private func makePoints(_ count: Int) async throws {
        for number in 0..<count {
            try bench.scratch.shell("echo \(number) > tree/a")
            _ = try await bench.run(later: Double(number - count) * Self.day).get()
        }
    }

    @Test func aWeeklyFullAndADailyIncrementOverThirtyDaysAreFiveChains() async throws {
        var removed = 0.0
        for number in 0..<60 {
            try bench.scratch.shell("echo \(number) > tree/a")
            let settings = settings(number % 7 == 0 ? "full" : "incremental", keep: #"{"days":30}"#)
            let report = try await bench.run(settings, later: Double(number - 60) * Self.day).get()
            #expect(report.outcome == .succeeded, "\(report.summary)")
            removed += report.numbers["removed_points"] ?? 0
        }
        // The first day that is wanted, the 29th, is the second of its week.
        #expect(try chains().count == 5)
        #expect(removed == 28)
        #expect(try points().count == 32)
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums", in: "repo")
        #expect(try bench.scratch.shell("wc -l < checksums", in: "repo") == "96\n")
        for moment in [30, 41, 59] {
            let word = (Date.now + Double(moment - 60) * Self.day + 60).formatted(.iso8601)
            _ = try await bench.verb("restore", [word, "--to", "\(bench.scratch.path)/out\(moment)"]).0.get()
            #expect(try bench.scratch.shell("cat out\(moment)/data/a") == "\(moment)\n")
        }
    }

    @Test func aDryRunSaysWhatTheRunDoesAndWhyEachPointStays() async throws {
        try await makePoints(6)
        let oldest = try chains()
        let keep = settings(keep: #"{"last":4,"minimum_good":2}"#)
        _ = try await bench.verb("pin", [oldest[0].dropFirst(2).lowercased(), "--reason", "before the move"]).0.get()
        let (planned, lines) = try await bench.verb("prune", [], dryRun: true, settings: keep)
        #expect(try planned.get().summary == "dry run: 1 point would be removed, 5 kept")
        let text = lines.map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") }
        #expect(
            text == [
                "WHY", "kept last 4, minimum_good 2", "kept last 4, minimum_good 2", "kept last 4", "kept last 4", "goes no rule keeps it",
                "kept pinned: before the move",
            ])
        #expect(try chains() == oldest)
        let (done, json) = try await bench.verb("prune", ["--json"], settings: keep)
        #expect(try done.get().summary.hasPrefix("1 point removed, "))
        #expect(json.count == 6 && json[4].contains(#""kept":false,"point":"\#(oldest[1].dropFirst(2))","reasons":[]"#), "\(json)")
        #expect(try chains() == [oldest[0]] + oldest[2...])
        #expect(try await bench.verb("list", []).1.last?.contains("succeeded, pinned") == true)
        _ = try await bench.verb("unpin", [String(oldest[0].dropFirst(2))]).0.get()
        _ = try await bench.verb("prune", [], settings: keep).0.get()
        #expect(try chains() == Array(oldest[2...]))
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums; ls -A tmp | wc -l", in: "repo")
    }

    @Test func nothingGoesAfterARunThatWasNotGood() async throws {
        try await makePoints(3)
        let keep = settings(
            keep: #"{"last":1,"minimum_good":1,"most_removed":100}"#,
            #""sources":{"data":"\#(bench.scratch.path)/tree","no":"/nonexistent"}"#)
        let partial = keep.replacingOccurrences(of: #""sources":{"data":"\#(bench.scratch.path)/tree"},"#, with: "")
        #expect(try await bench.run(partial, later: 60).get().outcome == .warning)
        #expect(try chains().count == 4)
        let good = try await bench.run(settings(keep: #"{"last":1,"minimum_good":1,"most_removed":100}"#), later: 120).get()
        #expect(good.summary.contains(", 4 older points removed, "), "\(good.summary)")
        #expect(try chains().count == 1)
    }

    @Test func theBreakerHoldsAndSaysHowToGoOn() async throws {
        try await makePoints(5)
        let keep = settings(keep: #"{"last":1,"minimum_good":1}"#)
        let report = try await bench.run(keep, later: 0).get()
        #expect(report.outcome == .warning)
        #expect(report.summary.contains("nothing is removed: 5 of 6 good points would go"), "\(report.summary)")
        let failure = try await #require(throws: JobFailure.self) { try await bench.verb("prune", [], settings: keep).0.get() }
        #expect(failure.fix.contains("prune --dry-run --force --job nightly"))
        #expect(try chains().count == 6)
        #expect(try await bench.verb("prune", ["--force"], settings: keep).0.get().numbers["removed_points"] == 5)
        #expect(try chains().count == 1)
        try await bench.runAndRestore()
    }

    @Test func aPointOfATimeToComeStopsItUntilForced() async throws {
        try await makePoints(2)
        _ = try await bench.run(later: 4000 * Self.day).get()
        let keep = settings(keep: #"{"last":2,"minimum_good":1}"#)
        let report = try await bench.run(keep, later: 60).get()
        #expect(report.outcome == .warning && report.summary.contains("which is still to come"), "\(report.summary)")
        #expect(try chains().count == 4)
        #expect(try await bench.verb("prune", ["--force"], settings: keep).0.get().numbers["removed_points"] == 2)
    }

    @Test func whatSomebodyReadsStaysForNow() async throws {
        try await makePoints(3)
        let keep = settings(keep: #"{"last":1,"minimum_good":1,"most_removed":100}"#)
        let oldest = try chains()[0]
        let reader = Process()
        reader.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        reader.arguments = ["-s", "\(bench.scratch.path)/repo/set-nightly/data/\(oldest)", "sh", "-c", "echo; exec cat"]
        let (input, output) = (Pipe(), Pipe())
        reader.standardInput = input
        reader.standardOutput = output
        try reader.run()
        _ = try output.fileHandleForReading.read(upToCount: 1)
        let report = try await bench.verb("prune", [], settings: keep).0.get()
        #expect(report.outcome == .warning && report.numbers["removed_points"] == 1, "\(report.summary)")
        #expect(try chains().count == 2)
        try input.fileHandleForWriting.close()
        reader.waitUntilExit()
        #expect(try await bench.verb("prune", [], settings: keep).0.get().numbers["removed_points"] == 1)
    }

    @Test("a run killed while it removes leaves whole points, and no litter after the next run", arguments: WriteStep.removing)
    func isKilled(at step: WriteStep) async throws {
        for (number, type) in ["full", "incremental", "incremental", "full"].enumerated() {
            try bench.scratch.shell("echo \(number) > tree/a; cp -a tree kept\(number)")
            _ = try await bench.run(settings(type, keep: #"{"last":9}"#), later: Double(number - 9) * Self.day).get()
        }
        // A chain goes as a whole, or loses its end because its first point is pinned.
        if step == .pointTaken {
            _ = try await bench.verb("pin", [String(try chains()[0].dropFirst(2).prefix(26))]).0.get()
        }
        let keep = settings(keep: #"{"last":1,"minimum_good":1,"most_removed":100}"#)
        let driver = try DriverProcess(bench.request(keep), pausingAt: step.rawValue)
        try driver.wait(for: "at \(step.rawValue)")
        driver.killNow()
        let left = try await bench.verb("list", ["--json"]).1.count
        #expect(left == (step == .chainTaken ? 2 : 4))
        #expect(try await bench.verb("verify", []).0.get().outcome == .succeeded)
        if step == .pointTaken {
            let middle = (Date.now - 8 * Self.day + 60).formatted(.iso8601)
            _ = try await bench.verb("restore", [middle, "--to", "\(bench.scratch.path)/out"]).0.get()
            #expect(try bench.listing(of: "out/data") == bench.listing(of: "kept1"))
        }
        _ = try await bench.run(keep).get()
        let expected = step == .chainTaken ? 1 : 2
        #expect(try chains().count == expected && points().count == expected)
        #expect(try bench.scratch.shell("ls -A repo/tmp; find repo/set-nightly -name '000[12]*'") == "")
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums", in: "repo")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func itWorksOnADiskWithoutAFreeByte() async throws {
        let path = bench.scratch.path
        try bench.scratch.shell("mkdir repo; mount -t tmpfs -o size=8M none repo; head -c 500000 /dev/urandom > tree/b")
        defer {
            let unmounted = Result { try bench.scratch.shell("umount repo") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        try await makePoints(5)
        try bench.scratch.shell(
            "rm RESTORE.txt; : > lock; cat /dev/zero > filler || true; df --output=avail . | tail -1 | grep -qx ' *0'", in: "repo")
        let keep = settings(keep: #"{"last":2,"minimum_good":1,"most_removed":100}"#)
        let report = try await bench.verb("prune", [], settings: keep).0.get()
        #expect(report.numbers["removed_points"] == 3, "\(report.summary)")
        #expect(try chains().count == 2)
        try bench.scratch.shell("sha256sum --quiet -c --strict \(path)/repo/checksums", in: "repo")
    }

    @Test func aPointWithContentThatChangedByItselfPinsTheOneBefore() async throws {
        try bench.scratch.shell("echo sound > tree/a")
        let settings = settings("incremental", keep: #"{"last":5}"#, #""reread_after":1"#)
        _ = try await bench.run(settings, later: 60).get()
        try bench.rewriteManifest("text = text.replace(hashlib.sha256(b'sound\\n').hexdigest().encode(), b'a' * 64)")
        #expect(try await bench.run(settings, later: 120).get().outcome == .warning)
        let pins = try bench.scratch.shell("cat repo/set-nightly/data/c-*/0000.pin; ls repo/set-nightly/data/c-*/*.pin | wc -l")
        #expect(pins.contains(#""reason":"1 file had other content in the next point"#) && pins.hasSuffix("\n1\n"), "\(pins)")
    }

    @Test func aRecordThatIsNotWhatTheListSaysDecidesNothing() async throws {
        try await makePoints(2)
        let newest = try chains()[1]
        try bench.scratch.shell("sed -i 's/\"counter\":1,/\"counter\":9,/' set-nightly/data/c-*/0000.point.json", in: "repo")
        let keep = settings(keep: #"{"last":2,"minimum_good":1,"most_removed":100}"#)
        _ = try await bench.run(keep, later: 60).get()
        #expect(try chains().count == 3 && chains().contains(newest))
        #expect(try bench.scratch.shell("readlink latest", in: "repo/set-nightly/data") == "\(try chains()[2])/0000.point.json\n")
        #expect(bench.log(.warning).contains { $0.contains("does not have the checksum that ") })
    }

    @Test func aPointByHandOfTheOtherKindRemovesNothingByTheseRules() async throws {
        try bench.scratch.shell("mkdir conf; echo c > conf/c; echo 1 > tree/a")
        let path = bench.scratch.path
        let keep = #""keep":{"last":1,"minimum_good":1,"most_removed":100}"#
        let settings = #"{"repository":"\#(path)/repo","sources":{"data":"\#(path)/tree","config":"\#(path)/conf"},\#(keep)}"#
        for _ in 0..<3 { _ = try await bench.verb("create", ["config_only"], settings: settings).0.get() }
        #expect(try bench.scratch.shell("ls -d repo/set-nightly/config/c-* | wc -l") == "3\n")
        let failure = try await #require(throws: JobFailure.self) {
            try await bench.verb("prune", ["--kind", "config"], settings: settings).0.get()
        }
        #expect(failure.problem == "the rules of nightly are for its data points")
    }

    @Test func copiesFollowOnlyWhatReallyWent() async throws {
        try await makePoints(3)
        let keep = settings(keep: #"{"last":1,"minimum_good":1,"most_removed":100}"#)
        let oldest = try chains()[0]
        let lock = open("\(bench.scratch.path)/repo/set-nightly/data/\(oldest)", O_RDONLY | O_CLOEXEC)
        flock(lock, LOCK_SH)
        #expect(try await bench.verb("prune", [], settings: keep).0.get().outcome == .warning)
        flock(lock, LOCK_UN)
        close(lock)
        let count = "grep -c . removed; grep -c \(oldest) removed || true"
        #expect(try bench.scratch.shell(count, in: "repo") == "1\n0\n")
        // What was to go and is pinned by now is named no longer.
        let line = #"{"chain":"set-nightly/data/\#(oldest)","point":"\#(oldest.dropFirst(2))","sequence":0}"#
        try bench.scratch.shell("echo '\(line)' >> removed", in: "repo")
        _ = try await bench.verb("pin", [String(oldest.dropFirst(2))]).0.get()
        #expect(try bench.scratch.shell(count, in: "repo") == "1\n0\n")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to give files away"))
    func rootLeavesTheRepositoryOfSomebodyElseAlone() async throws {
        try await makePoints(1)
        try bench.scratch.shell("chown nobody repo")
        for (verb, words) in [("pin", ["latest"]), ("create", [])] {
            let failure = try await #require(throws: JobFailure.self) { try await bench.verb(verb, words).0.get() }
            #expect(failure.problem.hasPrefix("the repository \(bench.scratch.path)/repo belongs to nobody"), "\(failure)")
        }
    }

    @Test(
        "settings that keep nothing, and words that are none",
        arguments: [
            (#"{}"#, "with.keep has no rule that keeps points"),
            (#"{"lats":3}"#, "with.keep has no setting named lats"),
            (#"{"last":0}"#, "with.keep.last must be a whole number from 1"),
        ])
    func isRefused(keep: String, problem: String) throws {
        let findings = try Bench.read(settings(keep: keep)).1
        #expect(findings.contains { $0.problem.hasPrefix(problem) }, "\(findings)")
    }
}
