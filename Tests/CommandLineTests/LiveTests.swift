import Foundation
import Glibc
import Testing

/// Reading while something goes on: a run under way, and a daemon.
@Suite struct LiveTests {
    /// A job that says something on standard error only, and then waits for a word.
    private static let waiting = """
        uses: command
        with:
          shell: |
            echo 'waiting for a word' >&2
            read -r word <"ROOT/pipe"
            echo "got $word" >&2
            exit 3
          exit_codes: {ok: [0], warning: [3]}
        """

    @Test func standardErrorIsShownWhileTheRunGoesOn() throws {
        let bench = try Bench()
        let pipe = bench.root + "/pipe"
        try #require(mkfifo(pipe, 0o600) == 0)
        try bench.write("patient", Self.waiting.replacing("ROOT", with: bench.root))
        let command = try BuiltCommand(on: bench)
        let run = try Speaker(command.process(["run-now", "patient"]))
        // The run stands still here: only stderr.log has grown.
        try #require(run.line() == "stderr: waiting for a word")
        let logs = try Speaker(command.process(["logs", "patient", "--follow"]))
        #expect(logs.line()?.hasSuffix("Z stderr: waiting for a word") == true)
        let raw = try Speaker(command.process(["logs", "patient", "--follow", "--json"]))
        #expect(raw.line()?.contains(#""stderr":"waiting for a word""#) == true)
        try Data("hello\n".utf8).write(to: URL(filePath: pipe))
        #expect(run.line() == "stderr: got hello")
        #expect(run.line()?.hasPrefix("warning patient (run ") == true)
        #expect(run.end() == 3)
        #expect(logs.line()?.hasSuffix("Z stderr: got hello") == true)
        #expect(logs.line()?.hasPrefix("warning patient (run ") == true)
        #expect(logs.end() == 0)
        #expect(raw.line()?.contains("got hello") == true)
        #expect(raw.line() == nil)
        #expect(raw.end() == 0)
    }

    @Test func everythingIsReadBesideARunningDaemon() throws {
        let bench = try Bench()
        try bench.write("beat", "uses: command\nschedule: \"@every 1s\"\nwith: {argv: [\"true\"]}\n")
        let command = try BuiltCommand(on: bench)
        #expect(try command.run(["list"]).errors.contains("no daemon runs with \(bench.state)"))
        let daemon = try Speaker(command.process(["daemon"]))
        while let line = daemon.line(), !line.hasPrefix("beat") {}
        // Each look waits for the daemon's own progress, which is a run of `beat`.
        var history = ""
        while !history.contains("succeeded") { history = try command.run(["history", "beat"]).output }
        #expect(try command.run(["history", "beat", "--slots"]).output.contains("ran"))
        let list = try command.run(["list"])
        #expect(list.errors.isEmpty && list.output.contains("beat"))
        for arguments in [["show", "beat"], ["next"], ["logs", "beat"], ["list", "--json"]] {
            let outcome = try command.run(arguments)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(arguments): \(outcome.errors)")
        }
        daemon.terminate()
        #expect(daemon.end() == 0)
    }

    @Test(
        "names of jobs are completed from the folder",
        arguments: [("", "follower hourly nightly resting retired wrong"), ("re", "resting retired"), ("x", "")])
    func completes(_ prefix: String, _ names: String) throws {
        let bench = try Example.make()
        let arguments = ["---completion", "show", "--", "positional@0", "2", String(prefix.count), "acore-sched", "show", prefix]
        let outcome = try BuiltCommand(on: bench).run(arguments, environment: ["SAP_SHELL": "bash"])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").joined(separator: " ") == names)
    }

    @Test(
        "so they are for each verb that takes one",
        arguments: ["run-now", "next", "history", "explain", "logs", "cancel", "pause", "resume"])
    func completes(after verb: String) throws {
        let bench = try Example.make()
        let arguments = ["---completion", verb, "--", "positional@0", "2", "2", "acore-sched", verb, "re"]
        let outcome = try BuiltCommand(on: bench).run(arguments, environment: ["SAP_SHELL": "bash"])
        #expect(outcome.output.split(separator: "\n") == ["resting", "retired"], "\(outcome.errors)")
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionScriptsKnowTheVerbs(_ shell: String) throws {
        let command = try BuiltCommand(on: Bench())
        let help = try command.run(["--help"]).output.split(separator: "SUBCOMMANDS:")
        let verbs = try #require(help.last).split(separator: "\n").compactMap { try #/^  ([a-z-]+) /#.firstMatch(in: $0)?.1 }
        #expect(verbs.count > 20)
        let outcome = try command.run(["completions", shell])
        #expect(outcome.status == 0)
        for word in verbs + ["jobs-dir"] { #expect(outcome.output.contains(word), "\(word)") }
    }
}
