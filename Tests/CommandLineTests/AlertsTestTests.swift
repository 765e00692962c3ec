import Foundation
import Glibc
import Testing

/// `alerts test` with a real receiver.
@Suite struct AlertsTestTests {
    private static let receiver = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Servers/receiver").path

    /// A receiver in Python that writes what it gets into `log`, for as long as `body` takes.
    private func withReceiver(log: String, _ body: (_ url: String) throws -> Void) throws {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [Self.receiver, log]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        // Foundation reaps it.
        defer { kill(process.processIdentifier, SIGKILL) }
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        try body("http://127.0.0.1:\(port.trimmingCharacters(in: .whitespacesAndNewlines))")
    }

    private func settings(_ bench: Bench, _ text: String) throws -> [String: String] {
        let file = bench.root + "/acore-sched.yaml"
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return ["ACORE_SCHED_CONFIG": file]
    }

    private func secret(_ bench: Bench, _ text: String, mode: Int = 0o400) throws {
        let folder = bench.root + "/secrets"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: folder + "/chat", atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder + "/chat")
    }

    @Test func aChannelIsTriedAndItsSecretStaysOne() throws {
        let bench = try Bench()
        let log = bench.root + "/receiver.log"
        try withReceiver(log: log) { url in
            let text =
                "secrets_directory: \(bench.root)/secrets\nchannels:\n  chat: {type: slack, url: secret:chat}\n"
                + "  gone: {type: webhook, url: \(url)/status/404}\n  busy: {type: webhook, url: \(url)/status/429/7}\n"
            let environment = try settings(bench, text)
            try secret(bench, "\(url)/slack?token=hidden\n")
            let command = try BuiltCommand(on: bench)
            let good = try command.run(["alerts", "test", "chat"], environment: environment)
            #expect(good.status == 0 && good.output == "chat: delivered\n" && good.errors == "", "\(good)")
            let busy = try command.run(["alerts", "test", "busy", "--json"], environment: environment)
            #expect(busy.status == 1)
            let object = try #require(busy.objects().first)
            #expect(object["outcome"] as? String == "again" && object["retry_after_s"] as? Double == 7)
            #expect(object["reason"] as? String == "\(url) answered with status 429" && object["channel"] as? String == "busy")
            let gone = try command.run(["alerts", "test", "gone"], environment: environment)
            #expect(gone.status == 5 && gone.output == "gone: refused, no other try can help: \(url) answered with status 404\n")
            try secret(bench, "\(url)/slack?token=hidden\n", mode: 0o644)
            let open = try command.run(["alerts", "test", "chat"], environment: environment)
            #expect(open.status == 5 && open.output.contains("others may read or change") && !open.output.contains("hidden"))
        }
        let line = try #require(try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").first)
        let entry = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(entry["path"] as? String == "/slack?token=hidden" && (entry["faults"] as? [String])?.isEmpty == true)
        #expect((entry["body"] as? String)?.contains("A test of the channel chat: nothing is wrong") == true)
    }

    @Test func anUnknownChannelIsNamedWithTheOthers() throws {
        let bench = try Bench()
        let environment = try settings(bench, "channels:\n  ops: {type: command, command: [/bin/true]}\n")
        let outcome = try BuiltCommand(on: bench).run(["alerts", "test", "opps"], environment: environment)
        #expect(outcome.status == 4)
        #expect(outcome.errors == "error: there is no channel named opps in \(bench.root)/acore-sched.yaml\n  fix: name one of ops\n")
        let bare = try BuiltCommand(on: bench).run(["alerts", "test", "ops"])
        #expect(bare.status == 4 && bare.errors.contains("add it to channels: in that file"))
    }

    @Test func whatIsWrongInTheFileIsSaidWithItsPlace() throws {
        let bench = try Bench()
        let environment = try settings(bench, "channels:\n  ops: {type: slak, url: \"https://hidden\"}\n")
        let outcome = try BuiltCommand(on: bench).run(["alerts", "test", "ops"], environment: environment)
        #expect(outcome.status == 2 && outcome.errors.contains("acore-sched.yaml:2:15: error: channels.ops.type must be one of"))
        #expect(!outcome.errors.contains("hidden"))
    }

    @Test func aSecretInTheFileIsWarnedOf() throws {
        let bench = try Bench()
        let environment = try settings(bench, "channels:\n  ops: {type: slack, url: \"http://127.0.0.1:1/hidden\"}\n")
        let outcome = try BuiltCommand(on: bench).run(["alerts", "test", "ops"], environment: environment)
        #expect(outcome.status == 1 && outcome.errors.contains("2:27: warning: channels.ops.url is a secret"))
        #expect(outcome.output == "ops: not delivered, another try may help: http://127.0.0.1:1 is not reachable: Connection refused\n")
        #expect(!(outcome.errors + outcome.output).contains("hidden"))
    }
}
