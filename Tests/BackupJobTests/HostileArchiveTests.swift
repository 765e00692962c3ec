import Foundation
import JobKit
import Testing

/// Points that somebody made to reach out of the restore, or to fill the machine: refused or contained, and nothing outside is touched.
@Suite struct HostileArchiveTests {
    let bench: Bench

    init() throws {
        bench = try Bench()
        try bench.scratch.shell("echo mine > tree/mine; mkdir outside; echo safe > outside/secret; chmod 711 .")
    }

    /// A point and why it is refused.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let entries: String
        var zstd = "-3 --check"
        let reason: String
        /// In place the list is compared with the tree first.
        var reasonInPlace: String?
    }

    private static let folder = #"{"path":"data","type":"folder"}"#

    @Test(
        "is refused, and nothing is left of it",
        arguments: [
            Row(
                testDescription: "an absolute path", entries: #"[\#(folder),{"path":"/etc/acore-evil","content":"x"}]"#,
                reason: "no path, or one that leads elsewhere"),
            Row(
                testDescription: "a path that leads up", entries: #"[\#(folder),{"path":"data/../../evil","content":"x"}]"#,
                reason: "no path, or one that leads elsewhere"),
            Row(
                testDescription: "a file below a link that leads out",
                entries: #"[\#(folder),{"path":"data/out","type":"link","target":"../../outside"},{"path":"data/out/evil","content":"x"}]"#,
                reason: "cannot make the folder data/out: File exists"),
            Row(
                testDescription: "a name twice, first a link that leads out",
                entries: #"[\#(folder),{"path":"data/a","type":"link","target":"../../outside/secret"},{"path":"data/a","content":"x"}]"#,
                reason: "cannot make data/a: File exists", reasonInPlace: "data/a is out of order"),
            Row(
                testDescription: "another name of something up",
                entries: #"[\#(folder),{"path":"data/a","content":"x","line":{"link_to":"../outside/secret"}}]"#,
                reason: "a name of something elsewhere"),
            Row(
                testDescription: "another name of something behind a link",
                entries:
                    #"[\#(folder),{"path":"data/a","type":"link","target":"../../outside"},{"path":"data/b","content":"x","line":{"link_to":"data/a/secret"}}]"#,
                reason: "cannot find data/a/secret"),
            Row(
                testDescription: "a member of three gibibytes where the list says ten bytes",
                entries: #"[\#(folder),{"path":"data/a","zeros":3221225472}]"#, reason: "it is longer than the manifest says"),
            Row(
                testDescription: "a member behind three gibibytes",
                entries: #"[\#(folder),{"path":"data/a","zeros":3221225472},{"path":"data/b","content":"x"}]"#,
                reason: "it is longer than the manifest says"),
            Row(
                testDescription: "a member at an offset that no frame has",
                entries: #"[\#(folder),{"path":"data/a","content":"x","line":{"offset":3221225472}}]"#,
                reason: "a member cannot begin there"),
            Row(
                testDescription: "a frame that asks for a window of two gibibytes",
                entries: #"[\#(folder),{"path":"data/a","content":"x"}]"#,
                zstd: "--ultra -20 --long=31 --check", reason: "Frame requires too much memory for decoding"),
            Row(
                testDescription: "a frame that asks for a window of 128 MiB",
                entries: #"[\#(folder),{"path":"data/a","content":"x"}]"#,
                zstd: "-3 --long=27 --check", reason: "Frame requires too much memory for decoding"),
            Row(
                testDescription: "other content than the list says",
                entries: #"[\#(folder),{"path":"data/a","content":"x","line":{"sha256":"\#(String(repeating: "0", count: 64))"}}]"#,
                reason: "its content in 0000.tar.zst is not what was stored"),
        ])
    func isRefused(_ row: Row) async throws {
        try ForgedRepository.make(in: bench, row.entries, zstd: row.zstd)
        func look() throws -> [String] {
            try [bench.listing(of: "tree"), bench.listing(of: "outside"), bench.scratch.shell("find . | sort")]
        }
        let before = try look()
        for words in [["latest", "--to", bench.scratch.path + "/out"], ["latest", "--in-place"]] {
            let measured = [
                "python3", "-c",
                "import resource,subprocess,sys; p=subprocess.run(sys.argv[1:],stdin=0,stdout=subprocess.PIPE,text=True); "
                    + "print(p.stdout.strip().split(chr(10))[-1], 'peak', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(p.returncode)",
            ]
            let driver = try DriverProcess(bench.request(bench.settings(), call: ["restore"] + words), through: measured)
            let (last, status) = try driver.finish()
            let reason = words.contains("--in-place") ? row.reasonInPlace ?? row.reason : row.reason
            #expect(status == 1 && last.contains(reason), "\(last)")
            let peak = try #require(last.split(separator: " ").last.flatMap { Int($0) })
            #expect(peak < 100_000, "\(last)")
            #expect(try look() == before)
        }
        #expect(try bench.scratch.run("test -e /etc/acore-evil").status == 1)
    }

    @Test func namesInTheArchiveCountNothing() async throws {
        try ForgedRepository.make(in: bench, #"[\#(Self.folder),{"path":"data/a","name":"../../outside/secret","content":"x"}]"#)
        _ = try await bench.verb("restore", ["latest", "--in-place"]).0.get()
        #expect(try bench.scratch.shell("cat outside/secret; ls tree; cat tree/a") == "safe\na\nx")
    }

    @Test(.enabled(if: geteuid() == 0, "needs root to become somebody else"))
    func aDeviceIsMadeByRootOnly() async throws {
        try ForgedRepository.make(in: bench, #"[\#(Self.folder),{"path":"data/zero","type":"character_device","device":[1,5]}]"#)
        try bench.scratch.shell("chmod -R a+rX repo; mkdir -m 777 theirs")
        let request = bench.request(bench.settings(), call: ["restore", "latest", "--to", bench.scratch.path + "/theirs/out"])
        let driver = try DriverProcess(request, through: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
        let (last, status) = try driver.finish()
        #expect(status == 3 && last.hasSuffix("1 of them missing, or not as they were: see the log"), "\(last)")
        #expect(try bench.scratch.shell("find theirs | sort") == "theirs\ntheirs/out\ntheirs/out/data\n")
    }

    @Test func aDatabaseThatIsDamagedInAPointThatSaysGoodFailsTheDrill() async throws {
        try bench.scratch.shell(
            "mkdir scratch; python3 -c 'import sqlite3; b=sqlite3.connect(\"x.db\"); b.execute(\"create table t(a)\"); b.executemany(\"insert into t values(?)\", [(\"w\"*50,) for i in range(999)]); b.commit()'"
        )
        try bench.scratch.shell(
            "printf 'BROKEN' | dd of=x.db bs=1 seek=8192 conv=notrunc status=none; printf 'BROKEN' | dd of=x.db bs=1 seek=16384 conv=notrunc status=none"
        )
        try ForgedRepository.make(in: bench, #"[\#(Self.folder),{"path":"data/x.db","file":"x.db"}]"#)
        let settings = #"{"type":"drill","repository":"\#(bench.scratch.path)/repo","scratch":"\#(bench.scratch.path)/scratch"}"#
        let failure = try await #require(throws: JobFailure.self) { try await bench.run(settings).get() }
        #expect(failure.problem.contains("this is wrong: the database data/x.db is damaged: "), "\(failure)")
        #expect(try bench.scratch.shell("ls -A scratch") == "")
    }
}
