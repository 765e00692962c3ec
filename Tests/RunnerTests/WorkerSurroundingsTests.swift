import FoundationEssentials
import Glibc
import Runner
import Testing

/// What a worker finds around it: environment, user, limits, descriptors, stdin, secrets.
struct WorkerSurroundingsTests {
    @Test func theEnvironmentIsExactlyTheDeclaredOne() async throws {
        setenv("ACORE_TEST_LEAK", "1", 1)
        let bench = try Bench()
        var request = LaunchRequest(run: "RUN1", job: "nightly", attempt: 1, mode: .program, arguments: ["env", "-0"])
        request.environment = [("TZ", "UTC"), ("LANG", "de_DE.UTF-8"), ("ACORE_JOB", "forged"), ("SPACED", "a b\nc")]
        _ = try await bench.finished(request)
        // A user without a name, as in some containers, has no home to tell.
        let user = try UserRecord.current().map { ["HOME=\($0.home)", "USER=\($0.name)", "LOGNAME=\($0.name)", "SHELL=\($0.shell)"] } ?? []
        let entries = try bench.texts().joined(separator: "\n").split(separator: "\0").map(String.init)
        let before = [
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=de_DE.UTF-8", "TMPDIR=\(bench.folder())/tmp",
        ]
        #expect(entries == before + user + ["TZ=UTC", "ACORE_JOB=nightly", "SPACED=a b\nc", "ACORE_RUN=RUN1", "ACORE_ATTEMPT=1"])
    }

    @Test func theProgramIsLookedUpInTheDeclaredPATH() async throws {
        let bench = try Bench()
        #expect(symlink("/bin/echo", bench.root + "/mytool") == 0)
        var request = LaunchRequest(run: "RUN1", job: "job", mode: .program, arguments: ["mytool", "found", "it"])
        request.environment = [("PATH", "/nowhere:\(bench.root):/bin")]
        #expect(try await bench.finished(request).code == 0)
        #expect(try bench.texts() == ["found it"])
    }

    @Test func nothingButTheThreeDescriptorsGetsThrough() async throws {
        let bench = try Bench()
        let leak = open("/dev/null", O_RDONLY)  // without close-on-exec
        defer { close(leak) }
        _ = try await bench.finished(Bench.script("ls /proc/$$/fd"))
        #expect(try bench.texts() == ["0", "1", "2"])
    }

    @Test func theWorkerLeadsItsOwnGroupInTheLaunchersSession() async throws {
        let bench = try Bench()
        let live = try bench.start(Bench.script("read -r line </proc/$$/stat; echo $line"))
        let stat = try await bench.firstLine(live)
        let fields = stat.split(separator: " ")
        #expect(fields[0] == fields[4])  // pid is pgrp
        #expect(fields[3] == "\(live.pid)")  // parent
        #expect(fields[5] == "\(live.pid)")  // session
        #expect(try await bench.finished(live).code == 0)
    }

    @Test func standardInputCarriesTheRequestAndNothingElseDoes() async throws {
        let bench = try Bench()
        let secret = "s3cr3t-\(getpid())-in-the-request"
        var request = Bench.script("read -r line; length=$(echo \"$line\" | wc -c); echo $length; exec tail -f /dev/null", run: "SECRET1")
        request.standardInput = Array((secret + "\n").utf8)
        let live = try bench.start(request)
        _ = try await bench.firstLine(live)
        let pids = Processes.ofRun("SECRET1") + [live.pid]
        #expect(pids.count == 2)
        for pid in pids {
            #expect(!String(decoding: Processes.file("/proc/\(pid)/cmdline"), as: UTF8.self).contains(secret))
            #expect(!String(decoding: Processes.file("/proc/\(pid)/environ"), as: UTF8.self).contains(secret))
        }
        for name in try bench.names("SECRET1") where name != "tmp" {
            #expect(!String(decoding: try bench.bytes(name, run: "SECRET1"), as: UTF8.self).contains(secret))
        }
        try bench.runner.kill(live)
        _ = try await bench.finished(live)
    }

    @Test func withoutStandardInputThereIsNothingToRead() async throws {
        let bench = try Bench()
        #expect(try await bench.finished(Bench.script("wc -c")).code == 0)
        #expect(try bench.texts() == ["0"])
    }

    @Test func aRequestOfSeveralMegabytesArrivesWhole() async throws {
        let bench = try Bench()
        var request = Bench.script("wc -c")
        request.standardInput = [UInt8](repeating: 120, count: 5_000_000)
        _ = try await bench.finished(request)
        #expect(try bench.texts() == ["5000000"])
    }

    @Test func secretsAreFilesThatOnlyTheRunReadsAndThatGoWithIt() async throws {
        let bench = try Bench()
        var request = Bench.script("cd $ACORE_SECRETS_DIR && stat -c '%a %n' . token && cat token")
        request.secrets = [SecretFile(name: "token", bytes: Array("tok\u{E4}n".utf8))]
        _ = try await bench.finished(request)
        #expect(try bench.texts() == ["700 .", "400 token", "tok\u{E4}n"])
        #expect(access(bench.root + "/run/runs/RUN1/token", F_OK) == 0)
        try bench.runner.finish(run: "RUN1")
        #expect(access(bench.root + "/run/runs/RUN1", F_OK) != 0)
    }

    @Test func secretsWithoutAFolderInMemoryAreRefused() throws {
        let bench = try Bench(runtimeDirectory: false)
        var request = Bench.script("exit 0")
        request.secrets = [SecretFile(name: "token", bytes: [1])]
        #expect(throws: RunnerError.noRuntimeDirectory(run: "RUN1")) { try bench.runner.prepare(request) }
    }

    @Test("a secret's name cannot leave its folder", arguments: ["", ".", "..", "a/b", "/etc/x", "a\0b"])
    func refusesTheSecretsName(_ name: String) throws {
        let bench = try Bench()
        var request = Bench.script("exit 0")
        request.secrets = [SecretFile(name: name, bytes: [1])]
        #expect(throws: RunnerError.self) { try bench.runner.prepare(request) }
    }

    @Test func limitsWithoutCgroupsAreRlimits() async throws {
        let bench = try Bench()
        var request = Bench.script("ulimit -v; ulimit -c; nice; ionice; umask; pwd")
        request.limits = ResourceLimits(memoryMax: 512 << 20, nice: 15, ioClass: .idle)
        request.umask = 0o077
        request.directory = "/etc"
        let prepared = try bench.runner.prepare(request)
        #expect(prepared.notEnforced == ["memory_max holds for each process, not for the whole run: there is no cgroup"])
        _ = try await bench.finished(try bench.runner.start(prepared))
        #expect(try bench.texts() == ["524288", "0", "15", "idle", "0077", "/etc"])
    }

    @Test func whatIsNotEnforcedIsSaid() throws {
        let bench = try Bench()
        var request = Bench.script("exit 0")
        request.limits = ResourceLimits(cpuMax: 80, pidsMax: 64, ioWeight: 50)
        let said = try bench.runner.prepare(request).notEnforced
        #expect(said.count == 3)
        #expect(said.first == "cpu_max is not enforced: there is no cgroup")
        #expect(said.last == "io_weight is not enforced: there is no cgroup")
    }

    @Test(.enabled(if: Bench.isRoot, "only root starts runs as another user"))
    func anotherUserGetsGroupsHomeAndFilesOfTheirOwn() async throws {
        let bench = try Bench()
        let nobody = try UserRecord(named: "nobody")
        var user = nobody
        user.groups = [nobody.gid, 4, 24]
        var request = Bench.script(
            """
            id -u; id -g; id -G; echo $HOME $USER; touch $TMPDIR/mine && stat -c '%U %a' $TMPDIR
            cat $ACORE_SECRETS_DIR/token; echo x 2>/dev/null >$TMPDIR/../forbidden || echo refused
            """
        )
        request.user = user
        request.secrets = [SecretFile(name: "token", bytes: Array("tok\n".utf8))]
        request.limits = ResourceLimits(pidsMax: 300)
        let record = try await bench.finished(request)
        #expect(record.code == 0)
        #expect(
            try bench.texts() == [
                "\(nobody.uid)", "\(nobody.gid)", "\(nobody.gid) 4 24", "\(nobody.home) nobody", "nobody 700", "tok", "refused",
            ])
    }

    @Test(.enabled(if: Bench.isRoot, "only root starts runs as another user"))
    func anotherUsersWorkerDiesWithItsLauncher() async throws {
        let bench = try Bench()
        var request = Bench.script("echo $$; exec tail -f /dev/null >/dev/null 2>&1", run: "NOBODY1")
        request.user = try UserRecord(named: "nobody")
        let live = try bench.start(request)
        let pid = try #require(Int32(try await bench.firstLine(live)))
        let worker = try #require(Watched(pid))
        kill(live.pid, SIGKILL)
        guard case .vanished(let record) = try await bench.runner.waitForEnd(live) else { return #expect(Bool(false), "not vanished") }
        #expect(record.pid == live.pid)
        #expect(worker.waitForEnd())
    }

    @Test func theGroupsOfAUserAreAllOfThem() throws {
        let root = try UserRecord(named: "root")
        #expect(root.uid == 0 && root.gid == 0 && root.groups.contains(0) && root.home == "/root")
        #expect(throws: RunnerError.unknownUser(name: "no-such-user-here")) { try UserRecord(named: "no-such-user-here") }
    }
}
