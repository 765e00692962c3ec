import BackupJob
import Foundation
import JobKit
import Testing

/// Points that the machine which makes them cannot read.
@Suite struct EncryptionTests {
    let bench: Bench
    let keys: Keys

    init() throws {
        bench = try Bench()
        keys = try Keys(bench.scratch, "restore", "second", "audit", "stranger")
    }

    private var path: String { bench.scratch.path }

    private func settings(_ more: String = "", for recipients: [String] = ["restore", "second"]) throws -> String {
        let encryption = try keys.settings(for: recipients, audit: ["audit"])
        return bench.settings(#""type":"incremental","set":"nightly",\#(encryption)"# + (more.isEmpty ? "" : ",\(more)"))
    }

    private func increment(later: TimeInterval, _ more: String = "", for recipients: [String] = ["restore", "second"]) async throws
        -> JobReport
    {
        try await bench.run(settings(more, for: recipients), later: later).get()
    }

    private func verb(_ name: String, _ arguments: String..., key: String?) async throws -> (Result<JobReport, JobFailure>, [String]) {
        try await bench.verb(name, arguments + (key.map { ["--identity", keys.file($0)] } ?? []))
    }

    private func failure(_ name: String, _ arguments: String..., key: String?) async throws -> JobFailure {
        let all = arguments + (key.map { ["--identity", keys.file($0)] } ?? [])
        return try await #require(throws: JobFailure.self) { try await bench.verb(name, all).0.get() }
    }

    private func chain() throws -> String {
        try bench.scratch.shell("cd repo; ls -d set-nightly/data/c-* | tail -n 1").replacing("\n", with: "")
    }

    /// More of them where somebody asks for that.
    private static let seeds: ClosedRange<UInt64> = 1...(ProcessInfo.processInfo.environment["CHAINS"].flatMap { UInt64($0) } ?? 2)

    @Test("every point of an encrypted chain is restored by the text in the repository and by us", arguments: seeds)
    func chainsAreRestored(seed: UInt64) async throws {
        let mutator = TreeMutator(scratch: bench.scratch, seed: seed)
        for step in 0..<4 {
            try mutator.mutate("tree", step: step, changes: step == 0 ? 60 : 12)
            try bench.scratch.shell("cp -a tree kept\(step)")
            let report = try await increment(later: Double(step) * 60)
            #expect(report.outcome == .succeeded, "\(report.summary)")
            #expect(report.summary.hasPrefix(step == 0 ? "full point" : "incremental point"), "\(report.summary)")
            let kept = try bench.listing(of: "kept\(step)").split(separator: "\n")
            let output = try bench.pasteRestoreText(
                into: "restored\(step)", more: ["/path/to/the/key": keys.file(step % 2 == 0 ? "restore" : "second")])
            #expect(output.contains("0000.tar.zst.age: OK") && !output.contains("FAILED"), "\(output)")
            let restored = try bench.listing(of: "restored\(step)/data").split(separator: "\n")
            #expect(restored.difference(from: kept).isEmpty, "seed \(seed), step \(step): \(restored.difference(from: kept))")
            let ours = try await verb("restore", "latest", "--to", "\(path)/ours\(step)", key: step % 2 == 0 ? "second" : "restore")
            #expect(try ours.0.get().outcome == .succeeded)
            let own = try bench.listing(of: "ours\(step)/data").split(separator: "\n")
            #expect(own.difference(from: kept).isEmpty, "seed \(seed), step \(step): \(own.difference(from: kept))")
        }
        #expect(try bench.scratch.shell("ls -d repo/set-nightly/data/c-* | wc -l") == "1\n")
        #expect(try await verb("verify", key: "restore").0.get().outcome == .succeeded)
    }

    @Test func nothingOfTheSourcesIsReadableOutsideOfTheCacheAndThereOnlyNames() async throws {
        try bench.scratch.shell("mkdir tree/name-of-a-folder; echo CONTENT-OF-A-FILE > tree/name-of-a-folder/name-of-a-file")
        _ = try await increment(later: 0)
        try bench.scratch.shell("echo CONTENT-OF-ANOTHER > tree/name-of-another")
        _ = try await increment(later: 60)
        #expect(
            try bench.scratch.shell("cd repo; find . -type f | sed s/c-[0-9A-Z]*/C/ | sort") == """
                ./RESTORE.txt
                ./cache/set-nightly/C.0001.manifest.zst
                ./checksums
                ./lock
                ./repo.json
                ./set-nightly/data/C/0000.manifest.zst.age
                ./set-nightly/data/C/0000.point.json
                ./set-nightly/data/C/0000.tar.zst.age
                ./set-nightly/data/C/0001.manifest.zst.age
                ./set-nightly/data/C/0001.point.json
                ./set-nightly/data/C/0001.tar.zst.age

                """)
        // Also of what zstd would show.
        let search =
            "while read f; do cat $f; zstd -dcq $f 2>/dev/null || true; done | grep -ac 'name-of-a\\|CONTENT-OF-A\\|\(path)/tree' || true"
        #expect(try bench.scratch.shell("cd repo; find . -type f -not -path './cache/*' | \(search)") == "0\n")
        let cached = try bench.scratch.shell("zstd -dcq repo/cache/set-nightly/*")
        #expect(cached.contains("name-of-another") && !cached.contains("CONTENT-OF"))
        #expect(try bench.scratch.shell("stat -c %a repo/cache repo/cache/set-nightly repo/cache/set-nightly/*") == "700\n700\n600\n")
        let record = try bench.scratch.shell("cat repo/set-nightly/data/c-*/0001.point.json")
        for name in ["restore", "second", "audit"] {
            #expect(try record.contains(keys.fingerprint(name)) && !record.contains(keys.publicKey(name)))
        }
        #expect(!record.contains("age1"))
    }

    @Test func whatHasNotChangedMakesNoArchiveAndTheListStays() async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 10)
        #expect(try await increment(later: 20).summary.contains("nothing has changed"))
        #expect(try await increment(later: 30).summary.contains("nothing has changed"))
        try bench.scratch.shell("echo b > tree/b")
        #expect(try await increment(later: 40).summary.hasPrefix("incremental point"))
        #expect(try bench.scratch.shell("sha256sum --quiet -c checksums 2>&1", in: "repo") == "")
        #expect(try bench.scratch.shell("ls repo/cache/set-nightly | cut -d. -f2-") == "0003.manifest.zst\n")
    }

    @Test(
        "a lost or damaged cache costs a full point, and a key makes up for it",
        arguments: ["rm -r repo/cache", "echo x >> repo/cache/*/*"])
    func cacheIsLost(damage: String) async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 10)
        try bench.scratch.shell("\(damage); echo b > tree/b")
        let withKey = try await increment(later: 20, #""identity_file":"\#(keys.file("audit"))""#)
        #expect(withKey.summary.hasPrefix("incremental point"), "\(withKey.summary)")
        try bench.scratch.shell("\(damage); echo c > tree/c")
        let report = try await increment(later: 30)
        #expect(report.outcome == .succeeded && report.summary.hasPrefix("full point"), "\(report.summary)")
        #expect(report.summary.contains("without it and without a key nobody knows what has changed"), "\(report.summary)")
        #expect(try await increment(later: 40).summary.contains("nothing has changed"))
    }

    @Test func otherRecipientsBeginANewChain() async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 10)
        let fewer = try await increment(later: 20, for: ["second"])
        #expect(fewer.summary.contains("full, since the recipients have changed since the newest point"), "\(fewer.summary)")
        let clear = bench.settings(#""type":"incremental","set":"nightly""#)
        let none = try await bench.run(clear, later: 30).get()
        #expect(none.summary.contains("full, since the newest point is encrypted"), "\(none.summary)")
        #expect(try bench.scratch.run("test -e repo/cache/set-nightly").status == 1)
        let again = try await increment(later: 40)
        #expect(again.summary.contains("full, since the newest point is not encrypted"), "\(again.summary)")
        #expect(try await increment(later: 50).summary.contains("nothing has changed"))
    }

    @Test func whoHasNoKeyOrAnotherOneIsToldWhatToDo() async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 10)
        let chain = "\(path)/repo/\(try chain())"
        let both = try [keys.fingerprint("restore"), keys.fingerprint("second")].sorted().joined(separator: ", ")
        let list = "\(chain)/0000.manifest.zst.age cannot be used: it is encrypted for the keys \(both), \(try keys.fingerprint("audit"))"
        for name in ["show", "restore"] {
            let words = name == "show" ? ["latest"] : ["latest", "--to", "\(path)/out"]
            let without = try await #require(throws: JobFailure.self) { try await bench.verb(name, words).0.get() }
            #expect(without.problem == "\(list), and no secret key is named")
            #expect(without.fix.hasPrefix("name the file with the secret key by --identity FILE or with.identity_file"))
            let other = try await #require(throws: JobFailure.self) {
                try await bench.verb(name, words + ["--identity", keys.file("stranger")]).0.get()
            }
            #expect(other.problem == "\(list), and \(keys.file("stranger")) has \(try keys.fingerprint("stranger"))")
        }
        #expect(try await failure("verify", key: nil).problem == "\(list), and no secret key is named")
        #expect(try await verb("verify", "--quick", key: nil).0.get().outcome == .succeeded)
        #expect(try await verb("list", key: nil).0.get().numbers["points"] == 1)
        #expect(try bench.scratch.shell("ls -A").contains("out") == false)
    }

    @Test func whoAuditsReadsTheListAndNoContent() async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 10)
        let (shown, lines) = try await verb("show", "latest", key: "audit")
        #expect(try shown.get().numbers["entries"] == 2 && lines.contains { $0.hasSuffix(" data/a") })
        #expect(try await verb("verify", "--quick", key: "audit").0.get().outcome == .succeeded)
        for problem in [
            try await failure("verify", key: "audit").problem,
            try await failure("restore", "latest", "--to", "\(path)/out", key: "audit").problem,
        ] {
            #expect(problem.hasSuffix("and the key in \(keys.file("audit")) may read lists only (audit_recipients)"), "\(problem)")
        }
        #expect(try bench.scratch.shell("age -d -i audit.key repo/\(chain())/0000.manifest.zst.age | zstd -dc").contains("data/a"))
        #expect(try bench.scratch.run("age -d -i audit.key repo/\(chain())/0000.tar.zst.age").status != 0)
        #expect(try bench.scratch.shell("ls -A").contains("out") == false)
    }

    @Test func aKeyThatOthersMayReadIsRefused() async throws {
        try bench.scratch.shell("echo a > tree/a")
        _ = try await increment(later: 10)
        for mode in ["640", "604", "620"] {
            try bench.scratch.shell("chmod \(mode) restore.key")
            let failure = try await failure("show", "latest", key: "restore")
            let problem =
                "\(keys.file("restore")) cannot be used: others than its owner may use it (mode \(mode)), and it holds secret keys"
            #expect(failure.problem == problem)
            #expect(failure.fix == "chmod 600 \(keys.file("restore")), as its owner")
        }
        // As systemd hands out credentials: the group's bits are the mask of an access list that names this user alone.
        try bench.scratch.shell("chmod 400 restore.key; setfacl -m u:$(id -u):r restore.key; stat -c %a restore.key | grep -x 440")
        #expect(try await verb("show", "latest", key: "restore").0.get().outcome == .succeeded)
        try bench.scratch.shell("setfacl -m u:12345:r restore.key")
        #expect(try await failure("show", "latest", key: "restore").problem.contains("others than its owner may use it"))
        try bench.scratch.shell("rm restore.key")
        #expect(
            try await failure("show", "latest", key: "restore").problem.hasSuffix("restore.key cannot be used: No such file or directory"))
    }

    @Test("every bit that is flipped in an encrypted file is found, and named", arguments: 0..<8)
    func flippedBitIsFound(part: Int) async throws {
        try bench.scratch.shell("head -c 300000 /dev/urandom > tree/noise")
        _ = try await increment(later: 10)
        let file = part % 2 == 0 ? "0000.tar.zst.age" : "0000.manifest.zst.age"
        let script =
            "import sys; f=open(sys.argv[1],'r+b'); f.seek(0,2); p=f.tell()*int(sys.argv[2])//8; f.seek(p); b=f.read(1)[0]^16; f.seek(p); f.write(bytes([b]))"
        try bench.scratch.shell("python3 -c \"\(script)\" repo/\(chain())/\(file) \(part)")
        let (result, lines) = try await verb("verify", key: "restore")
        #expect(throws: JobFailure.self) { try result.get() }
        #expect(lines.contains { $0.hasSuffix("/\(file) does not have the checksum of its record") }, "\(lines)")
        let restored = try await verb("restore", "latest", "--to", "\(path)/out", key: "restore").0
        let failure = try #require(throws: JobFailure.self) { try restored.get() }
        #expect(failure.problem.contains("damaged") || failure.problem.contains("checksum"), "\(failure)")
        #expect(try bench.scratch.run("test -e out").status == 1)
    }

    @Test("a run killed at any step leaves the old state, and the next one goes on", arguments: WriteStep.writing)
    func isKilled(at step: WriteStep) async throws {
        try bench.scratch.shell("echo old > tree/a")
        _ = try await increment(later: -600)
        try bench.scratch.shell("echo new > tree/a")
        let driver = try DriverProcess(bench.request(settings()), pausingAt: step.rawValue)
        try driver.wait(for: "at \(step.rawValue)")
        driver.killNow()
        try bench.scratch.shell("sha256sum --quiet -c checksums", in: "repo")
        let isCommitted = [.committed, .latestSet, .checksumsWritten].contains(step)
        let between = try await verb("restore", "latest", "--to", "\(path)/between", key: "restore").0.get()
        #expect(between.outcome == .succeeded)
        #expect(try bench.scratch.shell("cat between/data/a") == (isCommitted ? "new\n" : "old\n"))
        let report = try await increment(later: 60)
        #expect(!report.summary.contains("full"), "\(report.summary)")
        #expect(try bench.scratch.shell("ls repo/tmp; ls repo/cache/set-nightly | wc -l", in: "") == "1\n")
        _ = try await verb("restore", "latest", "--to", "\(path)/out", key: "restore").0.get()
        #expect(try bench.scratch.shell("cat out/data/a") == "new\n")
    }

    @Test(
        "a last good copy is stored again with a key, and without one it is named and the run goes on",
        .enabled(if: geteuid() == 0, "needs root to become another user"), arguments: [true, false])
    func isStoredAgain(withKey: Bool) async throws {
        try bench.scratch.shell(
            "chmod 755 .; mkdir tree/d; echo good > tree/d/a; setfattr -n user.k -v v tree/d; echo b > tree/b; mkdir own; "
                + "chown -R 65534 own tree restore.key")
        let more = withKey ? #""identity_file":"\#(keys.file("restore"))""# : ""
        let request = bench.request(try settings(more).replacing("/repo\"", with: "/own/repo\""))
        func run() throws -> (lines: [String], status: Int32) {
            let driver = try DriverProcess(request, through: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
            var lines: [String] = []
            while let line = try driver.line() { lines.append(line) }
            return (lines, try driver.finish().status)
        }
        #expect(try run().status == 0)
        // The folder loses an attribute, so it is stored anew with all that it holds; one file of it can no longer be read.
        try bench.scratch.shell("setfattr -x user.k tree/d; chmod 000 tree/d/a")
        let (lines, status) = try run()
        #expect(status == 3, "\(lines)")
        let told = "log warning the last good copy of data/d/a cannot be stored again: "
        let isTold = lines.contains { $0.hasPrefix(told) && $0.hasSuffix(", and no secret key is named") }
        #expect(isTold != withKey, "\(lines)")
        let call = ["restore", "latest", "--to", "\(path)/out", "--identity", keys.file("restore")]
        let restored = try DriverProcess(request, verb: call).finish()
        #expect(restored.status == 3, "\(restored)")
        #expect(try bench.scratch.shell("cat out/data/d/a out/data/b") == "good\nb\n")
        try bench.scratch.shell("mv own/repo repo")
        try bench.pasteRestoreText(into: "stock", more: ["/path/to/the/key": keys.file("restore")])
        #expect(try bench.scratch.shell("cat stock/data/d/a 2>/dev/null || true; cat stock/data/b") == (withKey ? "good\nb\n" : "b\n"))
    }

    @Test func oneSmallFileOfALargeArchiveIsReadWithoutTheRest() async throws {
        let make = "mkdir tree/m; echo wanted > tree/m/small; head -c 150M /dev/urandom > tree/a; head -c 150M /dev/urandom > tree/z"
        try bench.scratch.shell(make)
        _ = try await increment(later: 10)
        let call = ["restore", "latest", "--to", "\(path)/out", "--path", "data/m/small", "--identity", keys.file("restore")]
        let driver = try DriverProcess(bench.request(settings()), verb: call)
        var read: Int?
        while let line = try driver.line() { if line.hasPrefix("read ") { read = Int(line.dropFirst(5)) } }
        #expect(try driver.finish().status == 0)
        #expect(try bench.scratch.shell("cat out/data/m/small") == "wanted\n")
        let archive = try #require(Int(try bench.scratch.shell("stat -c %s repo/\(chain())/0000.tar.zst.age").dropLast()))
        #expect(try #require(read) * 20 < archive, "\(read ?? 0) of \(archive) bytes")
    }

    @Test func copiesOfDatabasesAreNotMadeInTheRepository() async throws {
        try bench.scratch.shell(
            "sqlite3 tree/a.db 'pragma journal_mode=wal; create table t(x); insert into t values(1)'; head -c 9000 /dev/zero > tree/b")
        let driver = try DriverProcess(
            bench.request(settings()), through: ["strace", "-f", "-y", "-qq", "-e", "trace=openat", "-o", "\(path)/trace"])
        #expect(try driver.finish().status == 0)
        let made = try bench.scratch.shell(
            "grep O_CREAT trace | grep -c database.sqlite; grep O_CREAT trace | grep 'repo/tmp/.*sqlite' || true")
        #expect(try #require(Int(made.dropLast())) > 0, "\(made)")
        _ = try await verb("restore", "latest", "--to", "\(path)/out", key: "restore").0.get()
        #expect(
            try bench.scratch.shell(
                "sqlite3 out/data/a.db 'select x from t'; ls -d /tmp/acore-backup-$(basename repo/set-nightly/data/c-* | cut -c3-) 2>/dev/null || true"
            ) == "1\n")
    }

    @Test func settingsAloneAreEncryptedTooAndNeedNoList() async throws {
        try bench.scratch.shell("echo a > tree/a")
        let config = try settings().replacing("incremental", with: "config_only").replacing("\"data\"", with: "\"config\"")
        _ = try await bench.run(config).get()
        #expect(try bench.scratch.run("test -e repo/cache").status == 1)
        _ = try await verb("restore", "latest", "--kind", "config", "--to", "\(path)/out", key: "restore").0.get()
        #expect(try bench.scratch.shell("cat out/config/a") == "a\n")
    }

    @Test func theKeyComesFromTheSettingsOrFromASecretOfTheJob() async throws {
        try bench.scratch.shell("echo a > tree/a; mkdir secrets; cp restore.key secrets/AGE_IDENTITY")
        _ = try await increment(later: 10)
        let named = try settings(#""identity_file":"\#(keys.file("restore"))""#)
        #expect(try await bench.verb("show", ["latest"], settings: named).0.get().outcome == .succeeded)
        let secrets = ["ACORE_SECRETS_DIR": "\(path)/secrets"]
        #expect(try await bench.verb("verify", [], settings: settings(), environment: secrets).0.get().outcome == .succeeded)
        // What the call names comes first.
        let other = try await bench.verb("show", ["latest", "--identity", keys.file("stranger")], settings: named, environment: secrets).0
        #expect(throws: JobFailure.self) { try other.get() }
        let relative = try await #require(throws: JobFailure.self) {
            try await bench.verb("show", ["latest", "--identity", "key"]).0.get()
        }
        #expect(relative.problem == "--identity is the whole path of a file, not key")
    }

    @Test func settingsThatCannotBeMeantAreRefusedAndNoSecretIsQuoted() throws {
        let secret = try #require(try bench.scratch.shell("cat restore.key").split(separator: "\n").last)
        let key = try keys.publicKey("restore")
        let rows: [(String, String)] = [
            (#""recipients":["\#(secret)"]"#, "entry 1 of with.recipients is a secret key, which must stand in no job file"),
            (
                #""recipients":["\#(key)","\#(key.dropLast())"]"#,
                "entry 2 of with.recipients: it is no public key of age: its checksum does not fit: a character is wrong or missing"
            ),
            (#""audit_recipients":["\#(key)"]"#, "with.audit_recipients has keys, but with.recipients has none: nobody could restore"),
            (
                #""recipients":["\#(key)"],"audit_recipients":["\#(key)"]"#,
                "with.audit_recipients has \(key), which may restore by with.recipients"
            ),
        ]
        for (more, problem) in rows {
            let findings = try Bench.read(bench.settings(more)).1
            #expect(findings.map(\.problem) == [problem])
            #expect(!"\(findings)".contains(secret.suffix(20)))
        }
    }
}
