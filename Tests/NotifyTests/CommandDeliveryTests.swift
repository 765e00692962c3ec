import Foundation
import Glibc
import SchedulerCore
import Testing

@testable import Notify

/// Real programs.
@Suite struct CommandDeliveryTests {
    private func run(_ arguments: [String], timeout: Duration = .seconds(300)) async -> DeliveryOutcome {
        await CommandDelivery().run(arguments, input: Array("{}\n".utf8), timeout: timeout)
    }

    @Test func theNoticeIsOnStandardInput() async throws {
        let folder = try PythonServer.scratch()
        let file = folder.appending(path: "notice").path
        let sender = ChannelSender(
            userAgent: "x", secrets: PayloadTests.secrets, now: { Notices.now }, report: { Issue.record("nobody should hear \($0)") })
        let channel = Channel(name: "tell", way: .command(CommandChannel(arguments: ["/usr/bin/tee", file])))
        #expect(await sender.deliver(Notices.hostile, through: channel) == .delivered)
        let seen = try Data(contentsOf: URL(filePath: file))
        let value = try #require(try JSONSerialization.jsonObject(with: seen) as? [String: Any])
        #expect(value["summary"] as? String == Notices.hostile.summary && value["version"] as? Int == 1)
        try FileManager.default.removeItem(at: folder)
    }

    @Test func noShellSeesTheArguments() async {
        #expect(await run(["/usr/bin/test", "$(echo a)", "=", "$(echo a)"]) == .delivered)
    }

    @Test(arguments: [
        ("exit 1", DeliveryOutcome.again(reason: "/bin/sh ended with code 1", retryAfter: nil)),
        ("echo one >&2; echo 'no route' >&2; exit 75", .again(reason: "/bin/sh ended with code 75: no route", retryAfter: nil)),
        ("exit 78", .refused(reason: "/bin/sh ended with code 78")), ("exit 64", .refused(reason: "/bin/sh ended with code 64")),
        ("kill -9 $$", .again(reason: "/bin/sh was ended by signal 9", retryAfter: nil)),
        ("head -c 1000000 /dev/zero >&2; exit 0", .delivered),
        ("env | grep -q ^ACORE && exit 1; test $(env | grep -c =) -le 6", .delivered),
    ])
    func everyEndHasItsVerdict(_ script: String, _ expected: DeliveryOutcome) async {
        #expect(await run(["/bin/sh", "-c", script]) == expected)
    }

    /// What it leaves behind holds its standard error open.
    @Test func programsThatAreLeftBehindAreNotWaitedFor() async {
        #expect(await run(["/bin/sh", "-c", "sleep 60 & exit 0"], timeout: .seconds(40)) == .delivered)
    }

    @Test func aProgramThatHangsIsKilledWithItsChildren() async throws {
        let folder = try PythonServer.scratch()
        let file = folder.appending(path: "pid").path
        let outcome = await run(["/bin/sh", "-c", "sleep 1000 & echo $! > \(file); wait"], timeout: .milliseconds(1500))
        #expect(outcome == .again(reason: "/bin/sh did not end in time", retryAfter: nil))
        let pid = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        // It dies by itself, when it is its turn; whoever adopts it may not have reaped it then.
        var status: Substring?
        for _ in 0..<20_000 {
            status = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.split(separator: " ").dropFirst(2).first
            if status == nil || status == "Z" { break }
            poll(nil, 0, 1)
        }
        #expect(status == nil || status == "Z")
        try FileManager.default.removeItem(at: folder)
    }

    @Test func whatCannotBeStartedIsRefused() async {
        #expect(
            await run(["/nonexistent/program"])
                == .refused(reason: "/nonexistent/program cannot be started: No such file or directory; correct command: of the channel"))
    }

    @Test func aStopEndsIt() async {
        let task = Task { await run(["/bin/sleep", "1000"]) }
        task.cancel()
        let outcome = await task.value
        #expect(outcome == .again(reason: "the delivery was stopped", retryAfter: nil))
    }
}
