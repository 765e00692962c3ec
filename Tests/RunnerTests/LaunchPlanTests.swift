import CLinux
import Glibc
import Testing

@testable import Runner

/// The launcher's own door: a plan it does not understand wholly starts nothing.
struct LaunchPlanTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let plan: [String]
        var testDescription: String { name }
    }

    static let good = ["v", "1", "run", "R", "attempt", "1", "mode", "program", "argv", "true"]

    @Test(
        "a plan is refused",
        arguments: [
            Row(name: "empty", plan: []),
            Row(name: "another version", plan: ["v", "2"] + good.dropFirst(2)),
            Row(name: "the version not first", plan: ["run", "R"] + good),
            Row(name: "an unknown key", plan: good + ["colour", "blue"]),
            Row(name: "no program", plan: Array(good.dropLast(2))),
            Row(name: "an empty program", plan: good.dropLast() + [""]),
            Row(name: "no run", plan: ["v", "1", "attempt", "1", "mode", "program", "argv", "true"]),
            Row(name: "a run that is a path", plan: good + ["run", "../x"]),
            Row(name: "attempt 0", plan: good + ["attempt", "0"]),
            Row(name: "an unknown mode", plan: good + ["mode", "loud"]),
            Row(name: "a number with a tail", plan: good + ["timeout_ms", "5s"]),
            Row(name: "a negative number", plan: good + ["grace_ms", "-1"]),
            Row(name: "a number beyond 64 bits", plan: good + ["timeout_ms", "99999999999999999999"]),
            Row(name: "an environment entry without =", plan: good + ["env", "PATH"]),
            Row(name: "a relative directory", plan: good + ["directory", "tmp"]),
            Row(name: "a user of -1", plan: good + ["uid", "-1"]),
            Row(name: "a user of 2^32-1, which means none", plan: good + ["uid", "4294967295"]),
            Row(name: "an unknown limit", plan: good + ["rlimit", "sofas:3"]),
            Row(name: "a limit without a number", plan: good + ["rlimit", "as:"]),
            Row(name: "nice beyond its range", plan: good + ["nice", "20"]),
            Row(name: "an unknown I/O class", plan: good + ["ioprio", "fast"]),
            Row(name: "a mask that is not octal", plan: good + ["umask", "9"]),
            Row(name: "a key without a value", plan: good + ["nice"]),
        ])
    func refuses(_ row: Row) throws {
        #expect(try code(of: row.plan.flatMap { Array($0.utf8) + [0] }) == 64)
    }

    @Test func aPlanThatDoesNotEndIsRefused() throws {
        #expect(try code(of: Self.good.flatMap { Array($0.utf8) + [0] }.dropLast()) == 64)
    }

    @Test func theGoodPlanIsGood() throws {
        #expect(try code(of: Self.good.flatMap { Array($0.utf8) + [0] }) == 0)
    }

    @Test func startedByHandTheLauncherSaysWhoseItIs() throws {
        var pid: Int32 = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [nil]
        #expect(posix_spawn(&pid, Bench.launcher, nil, nil, &arguments, environ) == 0)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        #expect(status == 64 << 8)
    }

    /// Has a launcher made with these bytes as its plan; its exit code.
    private func code(of plan: [UInt8]) throws -> Int32 {
        let root = try Bench.freshFolder()
        defer { removeFolder(root) }
        let given = [
            try Descriptor.memory("plan", holding: plan), try .open("/dev/null", O_RDONLY, fix: ""),
            try .open(root, O_RDONLY | O_DIRECTORY, fix: ""), try .open(root + "/lock", O_RDWR | O_CREAT, mode: 0o600, fix: ""),
        ]
        guard case .launched(let pid) = try LaunchServer(path: Bench.launcher).launch(with: given) else { throw CancellationError() }
        return Processes.wait(pid) >> 8
    }

    private func removeFolder(_ root: String) {
        for name in ["lock", "launch.json", "exit.json", "events.jsonl", "stderr.log"] { unlink(root + "/" + name) }
        rmdir(root)
    }
}
