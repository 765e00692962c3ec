import Foundation
import Glibc
import Testing

/// A secret reaches the run, and nothing else.
@Suite(.ownThread)
struct SecretTests {
    /// Another one for each test, since a test looks at the processes of the whole machine, and put together at run time, so that
    /// no file of the tests' own holds it whole.
    private let value = ["hunter", "2-\(UUID().uuidString)-", "xyzzy"].joined()

    private func site() throws -> Site {
        let line = "cat $ACORE_SECRETS_DIR/TOKEN | md5sum >>MARKS/log; printf %s $KEY | md5sum >>MARKS/log; cat MARKS/gate"
        let secrets = "secrets: {TOKEN: \"secret:discord\", KEY: {from: \"secret:discord\", as: env}}"
        let site = try Site(jobs: ["sly": Jobs.shell(line, schedule: "@reboot", extra: secrets)])
        try site.gate("gate")
        try value.write(toFile: site.secrets + "/discord", atomically: true, encoding: .utf8)
        chmod(site.secrets + "/discord", 0o400)
        return site
    }

    private func holders(in folder: String, but exception: String = "") -> [String] {
        Files.below(folder).filter { path in
            (exception.isEmpty || !path.hasPrefix(exception)) && Data(Files.bytes(path)).range(of: Data(value.utf8)) != nil
        }
    }

    @Test func aSecretReachesTheRunAsFileAndVariableAndLiesNowhereElse() throws {
        let site = try site()
        let daemon = try site.daemon()
        let sums = try site.marks("log", atLeast: 2, of: daemon)
        let digest = try Child(
            ["/bin/sh", "-c", "printf %s \"$V\" | md5sum"], environment: ["V": value, "PATH": "/usr/bin:/bin"], files: site.root + "/sum")
        try digest.wait()
        #expect(sums == [digest.output, digest.output].map { $0.trimmingCharacters(in: .newlines) })
        // While the run goes on: one copy in its own folder in memory, none on disk, none in any argument list.
        let run = try #require(site.runs.first)
        #expect(holders(in: site.root, but: site.secrets) == ["\(site.root)/run/runs/\(run)/TOKEN"])
        let arguments = Processes.all.filter { Data(Files.bytes("/proc/\($0)/cmdline")).range(of: Data(value.utf8)) != nil }
        #expect(arguments == [])
        let environments = Processes.all.filter { Data(Files.bytes("/proc/\($0)/environ")).range(of: Data(value.utf8)) != nil }
        #expect(Set(environments).isSubset(of: Processes.ofRun(run)), "\(environments)")
        try site.open(gate: "gate")
        try site.wait("SELECT count(*) FROM runs WHERE ended_at IS NOT NULL", of: daemon)
        try daemon.stop()
        #expect(holders(in: site.root, but: site.secrets) == [])
    }

    @Test func aSecretThatBecomesPartOfADefinitionLiesInNoStateFile() throws {
        let extra = "environment: {VALUE: \"${API_TOKEN}\"}"
        let site = try Site(jobs: [
            "open": Jobs.append("log", schedule: "0 0 1 1 *", extra: extra), "plain": Jobs.append("log", schedule: "0 0 1 1 *"),
        ])
        site.more["API_TOKEN"] = value
        for _ in 1...2 {
            let daemon = try site.daemon()
            #expect(daemon.errors.contains("looks like a secret"), "\(daemon.errors)")
            #expect(try daemon.stop() == .exited(0))
            #expect(holders(in: site.root) == [])
            #expect(Data(Files.bytes(site.state + "/last-good.jsonl")).range(of: Data("plain".utf8)) != nil)
        }
    }

    @Test func aSecretThatOthersMayReadIsRefusedAndSaidWithoutItsValue() throws {
        let site = try site()
        chmod(site.secrets + "/discord", 0o644)
        let command = try site.start("run-now", "sly")
        #expect(try command.wait() == .exited(5))
        #expect(command.errors.contains("others may read or change \(site.secrets)/discord (mode 644)"), "\(command.errors)")
        #expect(holders(in: site.root, but: site.secrets) == [])
        #expect(!Files.exists("\(site.marks)/log"))
    }

    @Test func aSecretThatIsMissingFailsTheRunAndSaysWhere() throws {
        let site = try site()
        unlink(site.secrets + "/discord")
        let daemon = try site.daemon()
        try site.wait("SELECT count(*) FROM runs WHERE state = 'failed'", of: daemon)
        try daemon.stop()
        let summary = try #require(try site.ledger.column("SELECT summary FROM runs").first)
        #expect(summary.contains("secret:discord cannot be read: \(site.secrets)/discord: No such file or directory"), "\(summary)")
    }
}
