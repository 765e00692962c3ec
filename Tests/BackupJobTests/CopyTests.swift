import BackupJob
import Foundation
import JobKit
import Testing

/// Copies of the repository in a folder, on an SFTP server and in a bucket, with the real servers.
@Suite(.serialized) struct CopyTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private var path: String { bench.scratch.path }

    /// The kinds whose servers are here; the others are named.
    static let kinds = CopyServer.Kind.allCases.filter { kind in
        guard let obstacle = CopyServer.obstacle(kind) else { return true }
        print("copies to \(kind.rawValue) are NOT tested: \(obstacle)")
        return false
    }

    private func settings(_ server: CopyServer, _ more: String = "", type: String = "incremental") -> String {
        bench.settings(#""type":"\#(type)","copies":{"away":{\#(server.settings(more))}}"#)
    }

    /// A tree whose archive has more than two of S3's parts.
    private func makeTree(megabytes: Int = 20) throws {
        try bench.scratch.shell("mkdir -p tree/d; head -c \(megabytes)M /dev/urandom > tree/noise; echo 1 > tree/d/a; ln -s d/a tree/link")
    }

    private func verb(_ name: String, _ arguments: [String], _ settings: String) async throws -> JobReport {
        try await bench.verb(name, arguments, settings: settings).0.get()
    }

    /// Fetches the newest point, compares all files with the repository's, restores it and compares the tree.
    private func expectWholeCopy(_ settings: String, in folder: String = "fetched") async throws {
        let report = try await verb("fetch", ["away", "--to", "\(path)/\(folder)"], settings)
        #expect(report.summary.contains("is in \(path)/\(folder); restore it with: acore-sched backup restore"), "\(report.summary)")
        try bench.scratch.shell("diff -r --no-dereference -x lock -x 'copy-*.lock' -x tmp repo \(folder)")
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums", in: folder)
        try await expectTree(from: folder, to: "out-\(folder)", settings)
    }

    private func expectTree(from folder: String, to place: String, _ settings: String) async throws {
        _ = try await verb("restore", ["latest", "--from", "\(path)/\(folder)", "--to", "\(path)/\(place)"], settings)
        #expect(try bench.listing(of: "tree") == bench.listing(of: "\(place)/data"))
    }

    @Test("a copy follows each point, and restores", arguments: kinds)
    func follows(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree()
        let settings = settings(server)
        let first = try await bench.run(settings).get()
        #expect(first.outcome == .succeeded, "\(first.summary)")
        #expect(bench.log(.info).contains { $0.hasPrefix("the copy away has all 1 point: 3 files sent, 20.") }, "\(bench.log(.info))")
        try bench.scratch.shell("echo 2 > tree/d/a; rm tree/link")
        let second = try await bench.run(settings, later: 3600).get()
        #expect(second.outcome == .succeeded, "\(second.summary)")
        #expect(bench.log(.info).contains { $0.hasPrefix("the copy away has all 2 points: 3 files sent, ") }, "\(bench.log(.info))")
        // Nothing has changed: a record alone.
        _ = try await bench.run(settings, later: 7200).get()
        #expect(bench.log(.info).contains { $0.hasPrefix("the copy away has all 3 points: 1 file sent, ") }, "\(bench.log(.info))")
        let nothing = try await verb("copy", [], settings)
        #expect(nothing.summary == "the copies are up to date: 0 files sent, 0 B")
        try await expectWholeCopy(settings)
        let straight = try await verb("restore", ["latest", "--from", "away", "--to", "\(path)/by-name/"], settings)
        #expect(straight.outcome == .succeeded, "\(straight.summary)")
        #expect(try bench.listing(of: "tree") == bench.listing(of: "by-name/data"))
        #expect(try bench.scratch.shell("ls -d by-name*") == "by-name\n", "what was fetched is gone")
        guard kind != .s3 else { return }
        try bench.scratch.shell(
            "diff -r --no-dereference -x lock -x 'copy-*.lock' -x tmp repo store; test $(stat -c %a store/repo.json) = 600")
        try await expectTree(from: "store", to: "straight", settings)
        let named = try await bench.verb("list", ["--from", "away"], settings: settings)
        if kind == .folder {
            #expect(named.1.count == 4)
        } else {
            #expect(throws: JobFailure.self) { try named.0.get() }
        }
    }

    @Test("an older point is fetched without the ones after it", arguments: kinds)
    func fetchesAnOlderPoint(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 1)
        let settings = settings(server)
        _ = try await bench.run(settings).get()
        try bench.scratch.shell("echo 2 > tree/d/a")
        _ = try await bench.run(settings, later: 3600).get()
        let soon = (Date.now + 1800).formatted(.iso8601)
        // As on a new machine: the repository is not there.
        try bench.scratch.shell("mv repo lost")
        let report = try await verb("fetch", ["away", soon, "--to", "\(path)/fetched"], settings)
        #expect(report.numbers["points"] == 1)
        _ = try await verb("restore", ["latest", "--from", "\(path)/fetched", "--to", "\(path)/out"], settings)
        #expect(try bench.scratch.shell("cat out/data/d/a") == "1\n")
        // A second fetch adds what is missing.
        try bench.scratch.shell("mv lost repo")
        try await expectWholeCopy(settings)
    }

    @Test("a file that was cut short there is noticed and sent again", arguments: kinds)
    func isTruncated(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 1)
        let settings = settings(server)
        _ = try await bench.run(settings).get()
        let before = try server.files()
        for file in ["0000.tar.zst", "0000.manifest.zst", "0000.point.json"] {
            let path = try #require(before.split(separator: "\n").first { $0.contains(file) }?.split(separator: " ").first)
            try server.truncate(String(path), to: 100)
            #expect(try server.files() != before)
            let report = try await verb("copy", ["away"], settings)
            #expect(report.outcome == .succeeded)
            #expect(report.numbers["files"] == (file == "0000.point.json" ? 1 : 2), "\(report.summary)")
            #expect(try server.files() == before)
        }
        try await expectWholeCopy(settings)
    }

    @Test("a run killed while it sends leaves no point there, and the next run goes on", arguments: kinds)
    func isKilled(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 30)
        let driver = try DriverProcess(bench.request(settings(server, #""rate":"4M""#)))
        try waitUntilSent(server)
        driver.killNow()
        #expect(try !server.files().contains(".point.json"))
        let report = try await verb("copy", [], settings(server))
        #expect(report.outcome == .succeeded, "\(report.summary)")
        try expectResumed(server)
        try await expectWholeCopy(settings(server))
    }

    /// Waits until a part of the archive is there.
    private func waitUntilSent(_ server: CopyServer) throws {
        let isThere =
            switch server.kind {
            case .folder, .sftp: #"[ "$(stat -c %s store/set-*/data/c-*/0000.tar.zst.part 2>/dev/null || echo 0)" -gt 9000000 ]"#
            case .s3: #"grep -q 'PUT .*tar.zst?partNumber=2.* 200' server/log"#
            }
        try bench.scratch.shell("timeout 120 bash -c 'until \(isThere.replacing("'", with: "'\\''")); do sleep 0.05; done'")
    }

    /// What was there is not sent again.
    private func expectResumed(_ server: CopyServer) throws {
        switch server.kind {
        case .folder: break
        case .sftp:
            // The server tells how much was written to each file while it was open; the second time it is less than all.
            let written = try bench.scratch.shell(
                #"sed -n 's/.*close ".*tar.zst.part" bytes read 0 written \([0-9]*\).*/\1/p' server/sftp.log"#
            ).split(separator: "\n").compactMap { Int($0) }
            let last = try #require(written.last)
            #expect(last > 0 && last < 23_000_000, "\(written)")
        case .s3:
            let parts = try bench.scratch.shell("grep -c 'PUT .*tar.zst?partNumber=1&.* 200' server/log")
            #expect(parts == "1\n")
            #expect(try server.s3("uploads") == "")
        }
    }

    @Test func aPartThatIsWholeIsNotWrittenAgain() async throws {
        let server = try CopyServer(.folder, in: bench.scratch)
        try makeTree(megabytes: 3)
        _ = try await bench.run().get()
        try bench.scratch.shell(
            """
            chain=$(cd repo; echo set-nightly/data/c-*); mkdir -p store/$chain; cp repo/repo.json store
            cp repo/$chain/0000.tar.zst store/$chain/0000.tar.zst.part; touch -d 2001-01-01 store/$chain/0000.tar.zst.part
            """)
        #expect(try await verb("copy", [], settings(server)).outcome == .succeeded)
        #expect(try bench.scratch.shell("find store -name 0000.tar.zst -newermt 2001-01-02") == "")
        try await expectWholeCopy(settings(server))
    }

    @Test("what was begun and is no longer wanted goes, and what is not ours stays", arguments: kinds)
    func leftOvers(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 1)
        _ = try await bench.run(settings(server)).get()
        let chain = try bench.scratch.shell("cd repo; echo set-nightly/data/c-*").split(separator: "\n")[0]
        try server.begin("\(chain)/0007.tar.zst")
        try server.begin("\(chain)/photo.jpg")
        let report = try await verb("copy", [], settings(server))
        #expect(report.outcome == .succeeded && report.numbers["files"] == 0, "\(report.summary)")
        let left = kind == .s3 ? try server.s3("uploads") : try bench.scratch.shell("ls store/\(chain) | grep part")
        #expect(left.split(separator: "\n").count == 1 && left.contains("photo.jpg"), "\(left)")
    }

    @Test("damage there is found when it is fetched, and an undamaged copy of it is sent when asked", arguments: kinds)
    func isDamagedThere(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 1)
        let settings = settings(server, #""retries":0"#)
        _ = try await bench.run(settings).get()
        let chain = try bench.scratch.shell("cd repo; echo set-nightly/data/c-*").split(separator: "\n")[0]
        try server.flip("\(chain)/0000.tar.zst")
        let failure = try await #require(throws: JobFailure.self) { try await verb("fetch", ["away", "--to", "\(path)/got"], settings) }
        #expect(failure.problem.hasSuffix("\(chain)/0000.tar.zst is damaged, or did not come whole"), "\(failure)")
        #expect(try bench.scratch.shell("find got -name '*.point.json'") == "")
        // Without its record the point is none: its files are compared, and the damaged one is sent again.
        try server.truncate("\(chain)/0000.point.json", to: 1)
        let report = try await verb("copy", [], settings)
        #expect(report.numbers["files"] == 2, "\(report.summary)")
        try await expectWholeCopy(settings)
    }

    @Test("a fetch that is cut off goes on", arguments: kinds)
    func fetchGoesOn(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 3)
        _ = try await bench.run(settings(server)).get()
        let chain = try bench.scratch.shell("basename repo/set-nightly/data/c-*").split(separator: "\n")[0]
        try bench.scratch.shell(
            """
            mkdir -p fetched/set-nightly/data/\(chain); cp repo/repo.json fetched
            head -c 2000000 repo/set-nightly/data/\(chain)/0000.tar.zst > fetched/set-nightly/data/\(chain)/0000.tar.zst.part
            head -c 99 /dev/zero > fetched/set-nightly/data/\(chain)/0000.manifest.zst.part
            """)
        // What is there of the list is wrong: it is fetched anew.
        try await expectWholeCopy(settings(server))
    }

    @Test("a server that goes away makes a warning, and the next run makes up for it", arguments: kinds.filter { $0 != .folder })
    func serverGoes(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 30)
        let slow = settings(server, #""rate":"4M","retries":1"#)
        let driver = try DriverProcess(bench.request(slow))
        try waitUntilSent(server)
        server.stop()
        let (last, status) = try driver.finish()
        #expect(status == 3)
        #expect(last.contains("1 warning, the first: the copy away lacks 1 point: "), "\(last)")
        #expect(last.contains("127.0.0.1"), "\(last)")
        // The server is still away: the point here is good, and the copy lacks two.
        try bench.scratch.shell("echo 2 > tree/d/a")
        let report = try await bench.run(settings(server, #""retries":0"#), later: 3600).get()
        #expect(report.outcome == .warning)
        #expect(report.summary.contains("the copy away is not up to date: "), "\(report.summary)")
        #expect(try await bench.verb("verify", []).0.get().summary.contains("is as it was stored"))
        try server.start()
        let caught = try await verb("copy", [], settings(server))
        #expect(caught.outcome == .succeeded && caught.numbers["files"] == 6, "\(caught.summary)")
        if kind == .sftp { try expectResumed(server) }
        try await expectWholeCopy(settings(server))
    }

    @Test(.enabled(if: CopyServer.obstacle(.sftp) == nil, "needs sshd: deployment/scripts/setup test"))
    func aHostThatIsNotKnownGetsNothing() async throws {
        let server = try CopyServer(.sftp, in: bench.scratch)
        try makeTree(megabytes: 1)
        let known = server.settings()
        for (file, part) in [("other_hosts", "is not the host that"), ("none", "is not the host that")] {
            let copy = known.replacing("/known_hosts\"", with: "/\(file)\"")
            let report = try await bench.run(bench.settings(#""copies":{"away":{\#(copy)}}"#)).get()
            #expect(report.outcome == .warning)
            #expect(report.summary.contains(part), "\(report.summary)")
            #expect(try server.files() == "")
        }
    }

    @Test("a wrong key is refused at once, with the reason", arguments: kinds.filter { $0 != .folder })
    func wrongKey(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 1)
        try bench.scratch.shell(
            kind == .sftp
                ? "cp server/other server/user" : "sed -i 's/^aws_secret_access_key = .*/aws_secret_access_key = SECRETWRONG/' server/keys")
        let report = try await bench.run(settings(server)).get()
        #expect(report.outcome == .warning)
        #expect(report.summary.contains(kind == .sftp ? "refuses the user's key" : "SignatureDoesNotMatch"), "\(report.summary)")
        #expect(!bench.log(.warning).joined().contains("SECRETWRONG"))
        let key = "\(path)/server/\(kind == .sftp ? "user" : "keys")"
        try bench.scratch.shell("chmod 0644 \(key)")
        let open = try await bench.run(settings(server)).get()
        #expect(
            open.summary.contains("others may read or change the key of copy away, \(key) (mode 644); fix: chmod 0400 \(key)"),
            "\(open.summary)")
        let named = try await bench.run(settings(server).replacing(key, with: "nas_key")).get()
        #expect(named.summary.contains("the run has no secret named nas_key"), "\(named.summary)")
    }

    @Test("a rate is kept", arguments: kinds)
    func rate(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 6)
        _ = try await bench.run(bench.settings()).get()
        let clock = ContinuousClock()
        let begun = clock.now
        let report = try await verb("copy", [], settings(server, #""rate":"2M","verify":"sample""#))
        let time = clock.now - begun
        #expect(report.outcome == .succeeded)
        // 6 MiB at 2 MiB a second, less what a buffer takes at once.
        #expect(time >= .seconds(2), "\(time)")
        try await expectWholeCopy(settings(server))
    }

    @Test("a stop ends a transfer soon, the point stays, and the next run goes on", arguments: kinds)
    func stops(kind: CopyServer.Kind) async throws {
        let server = try CopyServer(kind, in: bench.scratch)
        try makeTree(megabytes: 30)
        let task = Task { [bench] in try await bench.run(settings(server, #""rate":"4M""#)) }
        try waitUntilSent(server)
        let clock = ContinuousClock()
        let begun = clock.now
        task.cancel()
        let report = try await task.value.get()
        #expect(clock.now - begun < .seconds(3))
        #expect(report.outcome == .warning)
        #expect(report.summary.contains("it was stopped; fix: the next run goes on where it was"), "\(report.summary)")
        _ = try await verb("copy", [], settings(server))
        try await expectWholeCopy(settings(server))
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to mount"))
    func aFullDiskThereIsAWarningAndGivesBackWhatWasWritten() async throws {
        let server = try CopyServer(.folder, in: bench.scratch)
        try bench.scratch.shell("mount -t tmpfs -o size=8M none store")
        defer {
            let unmounted = Result { try bench.scratch.shell("umount store") }
            if case .failure(let error) = unmounted { Issue.record(error) }
        }
        try makeTree(megabytes: 1)
        _ = try await bench.run(settings(server)).get()
        try bench.scratch.shell("head -c 12M /dev/urandom > tree/more")
        let report = try await bench.run(settings(server), later: 3600).get()
        #expect(report.outcome == .warning)
        #expect(report.summary.contains("lacks 1 point: cannot write \(path)/store/"), "\(report.summary)")
        #expect(report.summary.contains("No space left on device; fix: free room there"), "\(report.summary)")
        #expect(try bench.scratch.shell("find store -name '*.part'; du -sm store | cut -f1") == "2\n")
        try bench.scratch.shell("mount -o remount,size=64M store")
        #expect(try await verb("copy", [], settings(server)).outcome == .succeeded)
        try await expectWholeCopy(settings(server))
    }

    @Test func aDamagedArchiveHereIsNotSentAndOthersAre() async throws {
        let server = try CopyServer(.folder, in: bench.scratch)
        try makeTree(megabytes: 1)
        _ = try await bench.run(bench.settings()).get()
        try bench.scratch.shell("f=$(echo repo/set-*/data/c-*/0000.tar.zst); printf x | dd of=$f bs=1 seek=500000 conv=notrunc status=none")
        let report = try await bench.run(settings(server, type: "full"), later: 3600).get()
        #expect(report.outcome == .warning)
        #expect(report.summary.contains("0000.tar.zst cannot be used: its checksum is not that of its record"), "\(report.summary)")
        #expect(try server.files().split(separator: "\n").count { $0.contains(".point.json") } == 1)
        try bench.scratch.shell("sha256sum --quiet -c --strict checksums", in: "store")
        try await expectTree(from: "store", to: "out", settings(server))
    }

    @Test func twoRepositoriesAreNeverMixedAndAMissingFolderIsNotMade() async throws {
        let server = try CopyServer(.folder, in: bench.scratch)
        try makeTree(megabytes: 1)
        _ = try await bench.run(settings(server)).get()
        let before = try server.files()
        try bench.scratch.shell("mv repo old")
        let other = try await bench.run(settings(server)).get()
        #expect(other.summary.contains("\(path)/store holds a copy of another repository"), "\(other.summary)")
        #expect(try server.files() == before)
        try bench.scratch.shell("rm -rf repo; mv old repo; mv store elsewhere")
        let missing = try await bench.run(settings(server)).get()
        #expect(missing.outcome == .warning)
        #expect(missing.summary.contains("the folder \(path)/store cannot be used: No such file or directory"), "\(missing.summary)")
        #expect(try bench.scratch.run("test -e store").status == 1)
    }

    @Test func aRunThatFindsAnotherSendingSaysSo() async throws {
        let server = try CopyServer(.folder, in: bench.scratch)
        try makeTree(megabytes: 30)
        let driver = try DriverProcess(bench.request(settings(server, #""rate":"4M""#)))
        try waitUntilSent(server)
        // The repository is free meanwhile: a backup need not wait for a slow line.
        let report = try await bench.run(settings(server), later: 3600).get()
        driver.killNow()
        #expect(report.summary.contains("the copy away is not up to date: another run is sending to it"), "\(report.summary)")
        #expect(try await verb("copy", [], settings(server)).outcome == .succeeded)
        try await expectWholeCopy(settings(server))
    }
}
