import Foundation
import Testing

/// What scripts rely on: the exit status, and where messages go.
@Suite struct ExitCodeTests {
    /// A command line, its status, and what its message says.
    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let status: Int32
        let message: String

        init(_ line: String, _ status: Int32, _ message: String) {
            arguments = line.split(separator: " ").map(String.init)
            self.status = status
            self.message = message
        }

        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(
        arguments: [
            Row("list --json", 0, ""), Row("list --nope", 2, "Unknown option '--nope'"),
            Row("frobnicate", 2, "error: there is no verb and no kind named frobnicate\n  fix: see acore-sched --help"),
            Row("hstory nightly --limit 3", 2, "did you mean history?"),
            Row("show nightli", 4, "error: there is no job named nightli in ROOT/jobs.d\n  fix: did you mean nightly?\n"),
            Row("show elsewhere", 4, "  fix: see acore-sched list, or name another folder with --jobs-dir\n"),
            Row("show wrong", 2, "the file has no setting named shedule"), Row("show", 2, "Missing expected argument '<job>'"),
            Row("next hourli", 4, "did you mean hourly?"), Row("next --count 0", 2, "--count must be from 1 to 10000"),
            Row("next --from yesterday", 2, "error: not a moment: yesterday\n  fix: write for example 2027-03-28T00:00:00+01:00"),
            Row("next wrong", 2, "did you mean schedule?"), Row("history nightli", 4, "did you mean nightly?"),
            Row("history gon", 4, "did you mean gone?"), Row("history --state broken", 2, "'broken' is invalid for '--state <state>'"),
            Row("history --limit 0", 2, "--limit must be from 1 to 100000"),
            Row("history --slots --state failed", 2, "--state is about runs"),
            Row("logs 01JZ", 2, "error: several runs begin with 01JZ\n  fix: write more of the id"),
            Row("logs 01AAAA", 4, "error: there is no run 01AAAA in ROOT/state\n  fix: see acore-sched history"),
            Row("logs hourly", 4, "error: hourly has not run yet\n  fix: acore-sched run-now hourly runs it at once\n"),
            Row("logs hourli", 4, "did you mean hourly?"), Row("plugins show comand", 4, "did you mean command?"),
            Row("plugins show elsewhere", 4, "the kinds are backup, command, health"),
            Row("completions tcsh", 2, "'bash', 'zsh' or 'fish'"),
            Row("explain nightli", 4, "did you mean nightly?"), Row("explain gon --at 1d", 4, "did you mean gone?"),
            Row("explain nightly --at yesterday", 2, "error: not a moment: yesterday"),
            Row("explain", 2, "Missing expected argument '<job>'"),
            Row("explain wrong --at 1d", 0, ""),
            Row("list --jobs-dir ROOT/none", 5, "error: ROOT/none: the folder cannot be read: No such file or directory\n  fix: create it"),
            Row("list --json --jobs-dir ROOT/none", 5, "the folder cannot be read"), Row("next --jobs-dir ROOT/none", 5, "ROOT/none"),
            Row("show nightly --jobs-dir ROOT/none", 5, "ROOT/none"), Row("explain nightly --jobs-dir ROOT/none", 5, "ROOT/none"),
            Row("history nightly --jobs-dir ROOT/none", 0, ""), Row("history nobody --jobs-dir ROOT/none", 5, "ROOT/none"),
            Row("validate --json --format sarif", 2, "--json and --format sarif exclude each other"),
            Row("ledger backup ROOT/state/ledger.sqlite", 2, "that is the ledger itself\n  fix: name a new file, or an earlier copy"),
            Row("ledger backup ROOT", 2, "that is not a regular file"), Row("ledger backup", 2, "Missing expected argument '<file>'"),
            Row("ledger backup ROOT/copy --state-dir ROOT/none", 4, "there is no ledger in ROOT/none\n  fix: start the daemon once"),
            Row("ledger backup ROOT/none/copy", 1, "the directory ROOT/none does not exist"),
        ])
    func ends(_ row: Row) throws {
        let bench = try Example.make()
        let outcome = try BuiltCommand(on: bench).run(row.arguments.map { $0.replacing("ROOT", with: bench.root) })
        #expect(outcome.status == row.status, "\(outcome.errors)")
        #expect(row.message.isEmpty || bench.withoutPlace(outcome.errors).contains(row.message), "\(outcome.errors)")
        #expect(row.status == 0 || outcome.output.isEmpty, "\(outcome.output)")
    }

    /// /dev/full takes nothing, like a full disk; a pipe without a reader is nobody's loss.
    @Test(arguments: ["list", "list --json", "logs nightly", "run-now hand", "cron next @daily", "--help", "completions bash", "validate"])
    func outputThatIsNotTakenIsAFailure(_ line: String) throws {
        let bench = try Example.make()
        try bench.write("hand", "uses: command\nwith: {argv: [\"true\"]}\n")
        let process = try BuiltCommand(on: bench).process(line.split(separator: " ").map(String.init))
        let errors = Pipe()
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
        process.standardError = errors
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(text.hasSuffix("error: standard output did not take all of it: No space left on device\n"), "\(text)")
    }

    @Test(
        "before anything has run",
        arguments: [
            Row("list", 0, "nightly"), Row("next", 0, "hourly"), Row("show nightly", 0, "has not run yet"),
            Row("history", 0, "nothing has run yet: there is no ledger in ROOT/state; acore-sched run-now JOB runs a job at once"),
            Row("explain nightly --at 2020-01-02T01:30:00Z", 0, "not known: there is no ledger"),
            Row("history --slots --since 1d", 0, "nothing has run yet"), Row("history --json", 0, ""),
        ])
    func helpsWithoutALedger(_ row: Row) throws {
        let bench = try Example.make()
        try FileManager.default.removeItem(atPath: bench.state)
        let outcome = try BuiltCommand(on: bench).run(row.arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            row.message.isEmpty ? outcome.output.isEmpty : bench.withoutPlace(outcome.output).contains(row.message), "\(outcome.output)")
        #expect(!FileManager.default.fileExists(atPath: bench.state), "a reading verb makes nothing")
    }

    @Test func aDamagedLedgerIsNamedAndLeftAlone() throws {
        let bench = try Example.make()
        let ledger = URL(filePath: bench.state + "/ledger.sqlite")
        try Data("not a database".utf8).write(to: ledger)
        let outcome = try BuiltCommand(on: bench).run(["history"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("is damaged"))
        #expect(try Data(contentsOf: ledger) == Data("not a database".utf8))
    }

    @Test func outputThatIsGoneIsSaid() throws {
        let bench = try Example.make()
        try FileManager.default.removeItem(atPath: bench.state + "/runs")
        let outcome = try BuiltCommand(on: bench).run(["logs", "nightly"])
        #expect(outcome.status == 4)
        #expect(outcome.errors.contains("the output of run 01JZ000000000000000000000B is gone"))
    }
}
