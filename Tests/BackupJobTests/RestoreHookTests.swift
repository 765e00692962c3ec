import Foundation
import JobKit
import Testing

/// What a restore in place does to the program that uses the data, and what it takes back when that does not come up again.
@Suite struct RestoreHookTests {
    /// Each hook writes its name, what the data is at that time, and ends with the status that is in a file of its name.
    private func hooks(_ place: InPlaceBench, timeout: String = "30s") throws -> String {
        let path = place.bench.scratch.path
        try place.bench.scratch.shell(
            #"""
            cat > hook <<'END'
            #!/bin/sh
            cd "$(dirname "$0")"
            echo "$1 $(cat place/env 2>&1)" >> calls
            echo "a word of $1"
            if [ -f "$1.sh" ]; then . "./$1.sh"; fi
            END
            chmod +x hook
            """#)
        let lists = ["stop", "start", "check"].map { #""restore_\#($0)":["\#(path)/hook","\#($0)"]"# }
        return (lists + [#""hook_timeout":"\#(timeout)""#]).joined(separator: ",")
    }

    private func calls(_ place: InPlaceBench) throws -> [String] {
        try place.bench.scratch.shell("cat calls").split(separator: "\n").map(String.init)
    }

    @Test func theyRunAroundTheSwapAndTheirOutputIsLogged() async throws {
        let place = try await InPlaceBench()
        let report = try await place.restore(place.points[0], "--in-place", with: try hooks(place)).0.get()
        #expect(report.outcome == .succeeded)
        #expect(try calls(place) == ["stop E=2", "start E=1", "check E=1"])
        #expect(place.bench.log(.info).contains("restore_stop: a word of stop"), "\(place.bench.log(.info))")
        try place.bench.scratch.shell("rm calls")
        _ = try await place.restore(place.points[1], "--in-place", dryRun: true, with: try hooks(place)).0.get()
        #expect(try place.bench.scratch.run("test -e calls").status == 1)
    }

    /// A hook that fails, and what is left of the restore.
    struct Row: CustomTestStringConvertible {
        let hook: String
        var script = "exit 3"
        let problem: String
        let calls: [String]
        var testDescription: String { hook + ": " + script }
    }

    @Test(
        "what fails takes all back",
        arguments: [
            Row(
                hook: "stop",
                problem: "restore_stop (PATH/hook stop) ended with status 3, its last line: a word of stop; nothing was changed",
                calls: ["stop E=2", "start E=2"]),
            Row(
                hook: "start",
                problem: "restore_start (PATH/hook start) ended with status 3, its last line: a word of start; the restore is taken back, "
                    + "and all is as it was; and then restore_start (PATH/hook start) ended with status 3, its last line: a word of start",
                calls: ["stop E=2", "start E=1", "stop E=1", "start E=2"]),
            Row(
                hook: "check",
                problem: "restore_check (PATH/hook check) ended with status 3, its last line: a word of check; the restore is taken back, "
                    + "and all is as it was", calls: ["stop E=2", "start E=1", "check E=1", "stop E=1", "start E=2"]),
            Row(
                hook: "check", script: "kill -9 $$",
                problem: "restore_check (PATH/hook check) ended by signal 9, its last line: a word of check; the restore is taken back, "
                    + "and all is as it was", calls: ["stop E=2", "start E=1", "check E=1", "stop E=1", "start E=2"]),
            Row(
                hook: "check", script: "trap '' TERM; read line < /dev/tty || tail -f /dev/null",
                problem: "restore_check (PATH/hook check) had not ended after 1s; the restore is taken back, and all is as it was",
                calls: ["stop E=2", "start E=1", "check E=1", "stop E=1", "start E=2"]),
            Row(
                // The second tree is gone when it is to be swapped.
                hook: "stop", script: "mv place/data gone",
                problem: "cannot swap PATH/place/data: No such file or directory; all is as it was",
                calls: ["stop E=2", "start E=2"]),
        ])
    func fails(_ row: Row) async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell("cat > \(row.hook).sh <<'END'\n\(row.script)\nEND")
        let hooks = try hooks(place, timeout: row.script.hasPrefix("trap") ? "1s" : "30s")
        let failure = try await #require(throws: JobFailure.self) {
            try await place.restore(place.points[0], "--in-place", with: hooks).0.get()
        }
        #expect(failure.problem.replacing(place.bench.scratch.path, with: "PATH") == row.problem)
        #expect(try calls(place) == row.calls)
        if row.script.hasPrefix("mv") { try place.bench.scratch.shell("mv gone place/data") }
        #expect(try place.look() == place.states[1])
        #expect(try place.names() == ["conf", "data", "env"])
    }

    @Test func aProgramThatIsNotThereChangesNothing() async throws {
        let place = try await InPlaceBench()
        let failure = try await #require(throws: JobFailure.self) {
            try await place.restore(place.points[0], "--in-place", with: #""restore_stop":["/nowhere/stop","it"]"#).0.get()
        }
        #expect(
            failure.problem == "restore_stop (/nowhere/stop it) cannot be started: No such file or directory; nothing was changed")
        #expect(try place.look() == place.states[1])
    }

    @Test func whatAHookLeavesRunningIsNotWaitedFor() async throws {
        let place = try await InPlaceBench()
        try place.bench.scratch.shell("echo 'tail -f /dev/null & echo $! > left' > start.sh")
        _ = try await place.restore(place.points[0], "--in-place", with: try hooks(place)).0.get()
        try place.bench.scratch.shell("kill $(cat left) || true")
    }
}
