import BackupJob
import Foundation
import JobKit
import Testing

/// `backup restore --in-place`: the plan, the swap, what is kept, and what is refused.
@Suite struct InPlaceRestoreTests {
    @Test func everythingComesBackAndWhatWasThereIsKeptUntilThePurge() async throws {
        let place = try await InPlaceBench()
        let report = try await place.restore(place.points[0], "--in-place").0.get()
        #expect(report.outcome == .succeeded, "\(report.summary)")
        #expect(try place.look() == place.states[0])
        #expect(
            try place.names() == [".acore-replaced-ID-conf", ".acore-replaced-ID-data", ".acore-replaced-ID-env", "conf", "data", "env"])
        #expect(try place.bench.scratch.shell("cat place/.acore-replaced-*-env place/.acore-replaced-*-conf/b") == "E=2\nb: 2\n")
        let planned = try await place.restore("--purge", dryRun: true)
        #expect(
            planned.1.count == 3 && planned.1.allSatisfy { $0.hasPrefix("would remove \(place.place)/.acore-replaced-") }, "\(planned.1)")
        #expect(try place.names().count == 6)
        #expect(try await place.restore("--purge").0.get().numbers["trees"] == 3)
        #expect(try place.names() == ["conf", "data", "env"])
        #expect(try place.look() == place.states[0])
    }

    @Test func thePlanNamesEachPathAndADryRunChangesNothing() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell(
            "touch place/data/new; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"place/conf/s\")'")
        let before = try place.look()
        let (result, lines) = try await place.restore(place.points[0], "--in-place", dryRun: true)
        let report = try result.get()
        #expect(
            lines == [
                "replaced conf", "created conf/a", "extra conf/b", "extra conf/s", "replaced data", "replaced data/d",
                "replaced data/d/again",
                "replaced data/d/deep/one", "created data/fifo", "replaced data/large", "replaced data/link", "extra data/link/in",
                "extra data/new", "replaced env",
            ], "\(lines)")
        #expect(report.numbers["same"] == 1 && report.numbers["extra"] == 4 && report.numbers["created"] == 2, "\(report)")
        #expect(report.summary.hasPrefix("dry run: point \(place.points[0]) would be restored in place: conf to \(place.place)/conf, "))
        let all = try await place.restore(place.points[0], "--in-place", "--json", dryRun: true).1
        #expect(all.count == 15 && all.contains(#"{"plan":"same","path":"data/d/deep"}"#), "\(all)")
        #expect(try place.look() == before)
        #expect(try place.names() == ["conf", "data", "env"])
        let none = try await place.restore("latest", "--in-place", "--path", "env", dryRun: true).0.get()
        #expect(none.numbers["same"] == 1 && none.numbers["replaced"] == 0)
    }

    @Test func aPartIsReplacedAndNothingBesideIt() async throws {
        let place = try await InPlaceBench()
        let data = try place.bench.scratch.shell("ls -i data/large data/link/in; cat conf/b", in: "place")
        _ = try await place.restore(place.points[0], "--in-place", "--path", "data/d/deep/one", "--path", "env", "--path", "env/").0.get()
        #expect(try place.bench.scratch.shell("cat data/d/deep/one data/d/again env", in: "place") == "1\n2\nE=1\n")
        #expect(try place.bench.scratch.shell("ls -i data/large data/link/in; cat conf/b", in: "place") == data)
        #expect(
            try place.names() == [".acore-replaced-ID-data:d:deep:one", ".acore-replaced-ID-env", "conf", "data", "env"])
        // Neither is part of the next point, wherever it lies.
        try place.bench.scratch.shell("mkdir place/data/.acore-replaced-01ARZ3NDEKTSV4RRFFQ69G5FAV-x")
        _ = try await place.bench.run(place.settings(), later: 7200).get()
        #expect(try await place.bench.verb("show", ["latest"], settings: place.settings()).1.filter { $0.contains("acore-") }.isEmpty)
        #expect(try await place.restore("--purge").0.get().numbers["trees"] == 2)
    }

    @Test func whatIsGoneIsMadeAndAPointThatLacksItIsRefused() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell("rm -r place/data place/env")
        _ = try await place.restore(place.points[0], "--in-place").0.get()
        #expect(try place.look() == place.states[0])
        #expect(try place.names() == [".acore-replaced-ID-conf", "conf", "data", "env"])
        try await expectRefusal(
            "point \(place.points[0]) has no data/none",
            try await place.restore(place.points[0], "--in-place", "--path", "data/none").0)
        try await expectRefusal(
            "point \(place.points[1]) has no none", try await place.restore("latest", "--in-place", "--path", "none").0)
        let fewer = place.settings().replacing(#","env":"\#(place.place)/env""#, with: "")
        try await expectRefusal(
            "this job has no source env",
            try await place.bench.verb("restore", ["latest", "--in-place", "--path", "env"], settings: fewer).0)
    }

    private func expectRefusal(_ problem: String, _ result: Result<JobReport, JobFailure>) async throws {
        let failure = try #require(throws: JobFailure.self) { try result.get() }
        #expect(failure.problem == problem)
    }

    @Test func aWayThroughALinkIsRefused() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell(
            "mkdir -p elsewhere/deep; echo safe > elsewhere/deep/one; rm -r place/data/d; ln -s ../../elsewhere place/data/d")
        try await expectRefusal(
            "\(place.place)/data/d/deep/one cannot be restored in place: a folder above it is not there, or is a link or a file by now",
            try await place.restore(place.points[0], "--in-place", "--path", "data/d/deep/one").0)
        _ = try await place.restore(place.points[0], "--in-place", "--path", "data/d").0.get()
        #expect(try place.bench.scratch.shell("cat elsewhere/deep/one place/data/d/deep/one") == "safe\n1\n")
    }

    @Test func rightsThatThePlaceHandsDownAreNotAddedToThePoints() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell("setfacl -d -m u:12345:rwx,g:77:rx place; mkdir out; setfacl -d -m u:12345:rwx out")
        _ = try await place.restore(place.points[0], "--in-place").0.get()
        #expect(try place.look() == place.states[0])
        _ = try await place.restore(place.points[0], "--to", place.bench.scratch.path + "/out/new").0.get()
        #expect(try place.bench.listing(of: "out/new/data") == place.states[0]["data"])
    }

    @Test func aSourceBehindALinkGoesToWhereTheLinkLeads() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell("mkdir real; mv place/data real/data; ln -s ../real/data place/data")
        _ = try await place.restore(place.points[0], "--in-place", "--path", "data").0.get()
        #expect(try place.bench.scratch.shell("readlink place/data; cat place/data/d/deep/one") == "../real/data\n1\n")
        #expect(try place.bench.scratch.shell("ls -A real | wc -l") == "2\n")
        #expect(try await place.restore("--purge").0.get().numbers["trees"] == 1)
    }

    @Test func aJobWhoseSourcesLieElsewhereNowIsRefused() async throws {
        let place = try await InPlaceBench()
        let moved = place.settings().replacing("\(place.place)/env", with: "\(place.place)/environment")
        let result = try await place.bench.verb("restore", ["latest", "--in-place"], settings: moved).0
        try await expectRefusal(
            "the source env of point \(place.points[1]) was \(place.place)/env, and the job says \(place.place)/environment now", result)
    }

    @Test func sourcesInsideOneAnotherAreRestoredOneByOne() async throws {
        let bench = try Bench()
        let path = bench.scratch.path
        try bench.scratch.shell("mkdir tree/in; echo 1 > tree/in/a")
        let settings = #"{"repository":"\#(path)/repo","sources":{"all":"\#(path)/tree","in":"\#(path)/tree/in"}}"#
        _ = try await bench.run(settings).get()
        try await expectRefusal(
            "in goes to \(path)/tree/in, inside of \(path)/tree, where all goes",
            try await bench.verb("restore", ["latest", "--in-place"], settings: settings).0)
        #expect(
            try await bench.verb("restore", ["latest", "--in-place", "--path", "in"], settings: settings).0.get().outcome == .succeeded)
    }

    @Test func aRepositoryInsideOfTheSourceStaysWhereItIs() async throws {
        let bench = try Bench()
        let path = bench.scratch.path
        let settings = #"{"repository":"\#(path)/tree/repo","sources":{"data":"\#(path)/tree"}}"#
        try bench.scratch.shell("echo 1 > tree/a")
        _ = try await bench.run(settings).get()
        try await expectRefusal(
            "\(path)/tree/repo belongs to the backups themselves inside of \(path)/tree, and would be carried away by the swap",
            try await bench.verb("restore", ["latest", "--in-place"], settings: settings).0)
        try bench.scratch.shell("echo 2 > tree/a")
        _ = try await bench.verb("restore", ["latest", "--in-place", "--path", "data/a"], settings: settings).0.get()
        #expect(try bench.scratch.shell("cat tree/a; ls -A tree | wc -l") == "1\n2\n")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func mountsAreNotSwappedAndPartsOfThemAre() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell("mount -t tmpfs none place/data/d; mount -t tmpfs none place/conf; echo c: 3 > place/conf/a")
        defer {
            let unmounted = Result { try place.bench.scratch.shell("umount place/data/d place/conf") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        try await expectRefusal(
            "\(place.place)/conf is the root of a mounted file system, which cannot be swapped",
            try await place.restore(place.points[0], "--in-place").0)
        try await expectRefusal(
            "\(place.place)/data/d is mounted inside of \(place.place)/data, and would be carried away by the swap",
            try await place.restore(place.points[0], "--in-place", "--path", "data").0)
        _ = try await place.restore(place.points[0], "--in-place", "--path", "conf/a").0.get()
        #expect(try place.bench.scratch.shell("cat conf/a; ls -A conf | wc -l", in: "place") == "a: 1\n2\n")
        #expect(try await place.restore("--purge").0.get().numbers["trees"] == 1)
        #expect(try place.names() == ["conf", "data", "env"])
    }

    @Test(
        "calls that mean nothing are refused",
        arguments: [
            ["latest"], ["latest", "--in-place", "--to", "/tmp/x"], ["latest", "--to", "x"], ["latest", "--purge"], ["--in-place"],
        ])
    func isRefused(words: [String]) async throws {
        let bench = try Bench()
        try bench.scratch.shell("echo 1 > tree/a")
        _ = try await bench.run().get()
        let failure = try await #require(throws: JobFailure.self) { try await bench.verb("restore", words).0.get() }
        #expect(failure.area == "arguments", "\(failure)")
    }
}
