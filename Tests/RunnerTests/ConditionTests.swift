import FoundationEssentials
import Glibc
import Runner
import Testing

/// What a folder says when it is not as a launcher leaves it.
struct ConditionTests {
    @Test func aFolderThatIsNotThereIsMissing() throws {
        #expect(try Bench().runner.inspect(run: "NONE") == .missing)
    }

    @Test func aPreparedRunHasNeverStarted() throws {
        let bench = try Bench()
        _ = try bench.runner.prepare(Bench.script("exit 0"))
        #expect(try bench.runner.inspect(run: "RUN1") == .neverStarted)
        _ = try bench.runner.prepare(Bench.script("exit 0"))  // and can be prepared again
    }

    @Test("a damaged record is named", arguments: ["launch.json", "exit.json"], ["", "{", "[]", #"{"v":1}"#, "\u{0}\u{0}", "long"])
    func namesTheDamage(_ name: String, _ content: String) async throws {
        let bench = try Bench()
        _ = try await bench.finished(Bench.script("exit 0"))
        if name == "launch.json" { unlink(bench.folder() + "/exit.json") }
        let path = bench.folder() + "/" + name
        try Data((content == "long" ? String(repeating: " ", count: 5000) : content).utf8).write(to: .init(filePath: path))
        let error = #expect(throws: RunnerError.self) { try bench.runner.inspect(run: "RUN1") }
        guard case .damagedRecord(path, let problem) = error else { return #expect(Bool(false), "\(error as Any)") }
        #expect(!problem.isEmpty)
    }

    @Test("a run id that is no plain name is refused", arguments: ["", "..", "a/b", "a b", "\u{E4}", String(repeating: "A", count: 65)])
    func refusesTheName(_ run: String) throws {
        let error = RunnerError.request(run: run, problem: "its id is not 1 to 64 letters, digits or -", fix: "use a ULID")
        #expect(throws: error) { try Bench().runner.inspect(run: run) }
    }

    @Test func allRunsAreListed() async throws {
        let bench = try Bench()
        #expect(try bench.runner.runs() == [])
        for run in ["B", "A"] { _ = try bench.runner.prepare(Bench.script("exit 0", run: run)) }
        #expect(try bench.runner.runs() == ["A", "B"])
        #expect(try bench.runner.errorLog(of: "A") == bench.folder("A") + "/stderr.log")
    }

    @Test func aPlanBeyondItsBoundIsRefused() throws {
        let bench = try Bench()
        var request = Bench.script("exit 0")
        request.environment = [("BIG", String(repeating: "x", count: 8 << 20))]
        let error = RunnerError.request(
            run: "RUN1", problem: "its arguments and environment are longer than 8 MiB", fix: "pass them on stdin")
        #expect(throws: error) { try bench.start(request) }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let problem: String
        let change: @Sendable (inout LaunchRequest) -> Void
        var testDescription: String { problem }
    }

    @Test(
        "a request that cannot be carried out is refused before anything is made",
        arguments: [
            Refusal(problem: "it names no program") { $0.arguments = [] },
            Refusal(problem: "it names no program") { $0.arguments = [""] },
            Refusal(problem: "an argument has NUL in it") { $0.arguments = ["echo", "a\0b"] },
            Refusal(problem: "the variable name \"A=B\" is empty or has = or NUL in it") { $0.environment = [("A=B", "c")] },
            Refusal(problem: "the value of A has NUL in it") { $0.environment = [("A", "\0")] },
            Refusal(problem: "its working directory tmp is not an absolute path") { $0.directory = "tmp" },
            Refusal(problem: "a secret's name \"a/b\" is not a plain file name") { $0.secrets = [SecretFile(name: "a/b", bytes: [])] },
            Refusal(problem: "memory_max is 0 bytes") { $0.limits.memoryMax = 0 },
            Refusal(problem: "cpu_max is 0%") { $0.limits.cpuMax = 0 },
            Refusal(problem: "pids_max is 0") { $0.limits.pidsMax = 0 },
            Refusal(problem: "nice is 20") { $0.limits.nice = 20 },
            Refusal(problem: "the I/O level is 8") { $0.limits.ioClass = .bestEffort(level: 8) },
            Refusal(problem: "io_weight is 0") { $0.limits.ioWeight = 0 },
        ])
    func refuses(_ row: Refusal) throws {
        let bench = try Bench()
        var request = Bench.script("exit 0")
        row.change(&request)
        let error = #expect(throws: RunnerError.self) { try bench.runner.prepare(request) }
        guard case .request("RUN1", row.problem, let fix) = error else { return #expect(Bool(false), "\(error as Any)") }
        #expect(!fix.isEmpty)
        #expect(try bench.runner.inspect(run: "RUN1") == .missing)
    }

    @Test(
        "messages say what, where and how to mend it",
        arguments: [
            (
                RunnerError.busy(run: "R"),
                "run R is at work already: another launcher holds the lock of its folder\n  fix: wait for its end, or cancel it"
            ),
            (
                .unknownUser(name: "x"),
                "there is no user named x on this machine\n  fix: create it (adduser --system x), or name another in run_as"
            ),
            (
                .system(action: "open", subject: "/x", code: ENOENT, fix: "make it"),
                "cannot open /x: No such file or directory\n  fix: make it"
            ),
            (
                .noRuntimeDirectory(run: "R"),
                "run R needs secrets, and there is no runtime directory to put them in memory\n"
                    + "  fix: set XDG_RUNTIME_DIR, or RuntimeDirectory= in the service's unit"
            ),
        ])
    func says(_ error: RunnerError, _ text: String) {
        #expect(error.description == text)
    }

    @Test func aLauncherThatIsNotThereIsNamedWithTheFix() throws {
        let bench = try Bench(launcher: "/no/such/acore-launch")
        let error = RunnerError.system(
            action: "start the launcher", subject: "/no/such/acore-launch", code: ENOENT,
            fix: "reinstall acore-sched: acore-launch must lie beside it or in ../libexec/acore-sched")
        #expect(throws: error) { try bench.start(Bench.script("exit 0")) }
        #expect(try bench.runner.inspect(run: "RUN1") == .neverStarted)
    }

    @Test func aLauncherThatEndsInsteadOfWaitingIsNamed() throws {
        let bench = try Bench(launcher: "/bin/false")
        #expect(throws: RunnerError.noServer(path: "/bin/false")) { try bench.start(Bench.script("exit 0")) }
        #expect(try bench.runner.inspect(run: "RUN1") == .neverStarted)
    }
}
